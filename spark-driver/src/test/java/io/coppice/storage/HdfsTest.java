package io.coppice.storage;

import static io.coppice.storage.SampleCheckpoints.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coppice.cli.CoppiceCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS: name node and data node inside this JVM. */
class HdfsTest extends FileSystemContract {

  @TempDir static Path directory;
  private static MiniDFSCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    // Small enough that a small checkpoint fills a quota.
    configuration.setLong("dfs.blocksize", 1 << 20);
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stop() {
    cluster.shutdown();
  }

  @Override
  String base() {
    return "hdfs://localhost:" + cluster.getNameNodePort() + "/runs";
  }

  @Override
  Map<String, String> properties() {
    return Map.of("dfs.blocksize", String.valueOf(1 << 20), "dfs.replication", "1");
  }

  @Test
  void write_spaceRunsOut_previousCheckpointIsUntouched() throws IOException {
    RunDirectory run = RunDirectory.open(base() + "/full-run", configuration());
    CheckpointStore store = SampleCheckpoints.store(run);
    store.write(checkpoint(1), List.of());
    DistributedFileSystem hdfs = (DistributedFileSystem) fileSystem();
    hdfs.setQuota(
        run.path(""),
        HdfsConstants.QUOTA_DONT_SET,
        hdfs.getContentSummary(run.path("")).getSpaceConsumed() + (1 << 20));
    assertThatThrownBy(() -> store.write(checkpoint(2), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("quota");
    CheckpointStore.Found found = store.latest();
    SampleCheckpoints.assertSame(found.checkpoint().orElseThrow(), checkpoint(1));
    assertThat(found.passedOver()).singleElement().asString().contains("00000002");
  }

  @Test
  void train_configOnTheFileSystemWithSettingsForIt_theyHoldForTheResult() throws IOException {
    long blockSize = 3 << 20;
    FileSystem hdfs = fileSystem();
    org.apache.hadoop.fs.Path config = new org.apache.hadoop.fs.Path(base() + "/run.yaml");
    try (var out = hdfs.create(config, true)) {
      out.write(
          """
          network: {name: resnet8, width: 0.25}
          training: {epochs: 1, batchSize: 24}
          finish: {candidates: 1, fineTuneEpochs: 0}
          hadoop: {dfs.blocksize: %d, dfs.replication: 1}
          """
              .formatted(blockSize)
              .getBytes(StandardCharsets.UTF_8));
    }
    String output = base() + "/configured-run";
    run(
        List.of(
            "train",
            "--master",
            "local[2]",
            "--config",
            config.toString(),
            "--data",
            writeData(),
            "--output",
            output));
    for (String name : List.of("manifest.json", "metrics.jsonl", "model/compact.zip")) {
      assertThat(hdfs.getFileStatus(new org.apache.hadoop.fs.Path(output, name)).getBlockSize())
          .as(name)
          .isEqualTo(blockSize);
    }
    assertExportEndsWithFiveWhereThereIsNoRoom(output, hdfs);
  }

  private void assertExportEndsWithFiveWhereThereIsNoRoom(String run, FileSystem hdfs)
      throws IOException {
    org.apache.hadoop.fs.Path full = new org.apache.hadoop.fs.Path(base() + "/full");
    hdfs.mkdirs(full);
    ((DistributedFileSystem) hdfs).setQuota(full, HdfsConstants.QUOTA_DONT_SET, 1024);
    CoppiceCommand.Outcome outcome = outcome(export(run, full + "/model.onnx"));
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(5);
    assertThat(outcome.err()).contains("quota");
    assertThat(hdfs.listStatus(full)).isEmpty();
  }
}
