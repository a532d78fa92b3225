package io.coppice.cli;

import io.coppice.config.ConfigException;
import io.coppice.storage.ProcessIdentity;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/**
 * Where the driver runs: where the command was given, or, in Spark's deploy mode {@code cluster},
 * on a machine of the cluster's choice, whose working directory goes when the driver does.
 */
final class DriverPlace {

  private final boolean chosenByCluster;
  private final boolean yarn;

  private DriverPlace(boolean chosenByCluster, boolean yarn) {
    this.chosenByCluster = chosenByCluster;
    this.yarn = yarn;
  }

  /**
   * @param conf as spark-submit leaves it to the driver
   */
  static DriverPlace of(SparkConf conf) {
    return new DriverPlace(
        conf.get("spark.submit.deployMode", "client").equals("cluster")
            // Kubernetes runs the driver by a second spark-submit, in its pod, in deploy mode
            // client.
            || conf.getBoolean("spark.kubernetes.submitInDriver", false),
        conf.get("spark.master", "").equals("yarn"));
  }

  /** Whether this JVM is that of YARN's application master. */
  boolean isInYarn() {
    return chosenByCluster && yarn;
  }

  /**
   * Requires that a directory outlives the driver.
   *
   * @param what it is, for the message
   * @param path of any Hadoop file system; empty for none
   * @throws ConfigException if it would be made in a working directory of the cluster's
   */
  void requireLasting(String what, String path, Configuration hadoop) {
    if (chosenByCluster && (path.isEmpty() || isRelativeLocal(path, hadoop))) {
      throw new ConfigException(
          "deploy mode cluster",
          List.of(
              "'"
                  + what
                  + "': expected a directory that outlives the driver, whose working directory on "
                  + ProcessIdentity.current().host()
                  + " does not, such as hdfs://..., s3a://... or /mnt/shared/...; found "
                  + (path.isEmpty() ? "none" : "'" + path + "'")));
    }
  }

  /** Says of a file that was not found where it was looked for; empty where that is plain. */
  String whereFilesAre() {
    return chosenByCluster
        ? " on "
            + ProcessIdentity.current().host()
            + ", where the cluster runs the driver; name one on a file system that all machines see, or on YARN and"
            + " Kubernetes bring it along by spark-submit's --files, and name it without its directory"
        : "";
  }

  private static boolean isRelativeLocal(String path, Configuration hadoop) {
    Path place = new Path(path);
    String scheme =
        Objects.requireNonNullElse(
            place.toUri().getScheme(), FileSystem.getDefaultUri(hadoop).getScheme());
    return scheme.equals("file") && !place.isAbsolute();
  }
}
