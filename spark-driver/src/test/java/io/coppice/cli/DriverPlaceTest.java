package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.config.ConfigException;
import java.net.InetAddress;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class DriverPlaceTest {

  private static final DriverPlace HERE =
      DriverPlace.of(new SparkConf(false).set("spark.submit.deployMode", "client"));
  private static final DriverPlace CLUSTER =
      DriverPlace.of(new SparkConf(false).set("spark.submit.deployMode", "cluster"));

  private final Configuration hadoop = new Configuration(false);

  @Test
  void requireLasting_driverHere_takesAnyDirectory() {
    for (String path : List.of("", "runs/7", "/data/runs/7")) {
      assertThatCode(() -> HERE.requireLasting("output", path, hadoop)).doesNotThrowAnyException();
    }
  }

  @Test
  void requireLasting_driverOnTheCluster_refusesWhatGoesWithIt() throws Exception {
    for (String path : List.of("", "runs/7")) {
      assertThatThrownBy(() -> CLUSTER.requireLasting("output", path, hadoop))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'output': expected a directory that outlives the driver")
          .hasMessageContaining(InetAddress.getLocalHost().getHostName())
          .hasMessageEndingWith("found " + (path.isEmpty() ? "none" : "'runs/7'"));
    }
    for (String path :
        List.of("/mnt/shared/7", "file:/mnt/shared/7", "hdfs://head/7", "s3a://b/7")) {
      assertThatCode(() -> CLUSTER.requireLasting("output", path, hadoop))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void requireLasting_relativeToADefaultFileSystemOfTheCluster_isTaken() {
    hadoop.set("fs.defaultFS", "hdfs://head:8020");
    assertThatCode(() -> CLUSTER.requireLasting("output", "runs/7", hadoop))
        .doesNotThrowAnyException();
  }

  @Test
  void of_driverInAPodOfKubernetes_isOnTheCluster() {
    DriverPlace pod =
        DriverPlace.of(
            new SparkConf(false)
                .set("spark.submit.deployMode", "client")
                .set("spark.kubernetes.submitInDriver", "true"));
    assertThatThrownBy(() -> pod.requireLasting("--registry", "registry", hadoop))
        .hasMessageContaining("'--registry'");
  }

  @Test
  void isInYarn_byMasterAndDeployMode_isOnlyItsApplicationMaster() {
    SparkConf yarn = new SparkConf(false).set("spark.master", "yarn");
    assertThat(DriverPlace.of(yarn).isInYarn()).isFalse();
    assertThat(DriverPlace.of(yarn.clone().set("spark.submit.deployMode", "cluster")).isInYarn())
        .isTrue();
    assertThat(CLUSTER.isInYarn()).isFalse();
  }

  @Test
  void whereFilesAre_driverOnTheCluster_saysSo() {
    assertThat(HERE.whereFilesAre()).isEmpty();
    assertThat(CLUSTER.whereFilesAre()).contains("where the cluster runs the driver", "--files");
  }
}
