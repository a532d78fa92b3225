package io.coppice.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * YARN with one node, and HDFS as its default file system, inside this JVM; containers are
 * processes.
 */
final class YarnCluster implements AutoCloseable {

  private static final int PATIENCE_MILLISECONDS = 60_000;

  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;
  private final Path configuration;

  /**
   * @param directory for blocks and configuration
   */
  YarnCluster(Path directory) throws Exception {
    YarnConfiguration settings = new YarnConfiguration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
    // A disk that is nearly full is no reason for a test to wait for ever.
    settings.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1");
    settings.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    settings.setInt("yarn.nodemanager.resource.memory-mb", 6144);
    settings.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    settings.set("yarn.resourcemanager.bind-host", "127.0.0.1");
    hdfs = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    settings.set("fs.defaultFS", hdfs.getURI().toString());
    yarn = new MiniYARNCluster("coppice", 1, 1, 1);
    yarn.init(settings);
    yarn.start();
    if (!yarn.waitForNodeManagersToConnect(PATIENCE_MILLISECONDS)) {
      throw new IOException("YARN's node did not connect");
    }
    configuration = Files.createDirectory(directory.resolve("hadoop-conf"));
    write(awaitAddress(yarn.getConfig()));
  }

  /** The directory that {@code HADOOP_CONF_DIR} is to name. */
  Path configuration() {
    return configuration;
  }

  String hdfs() {
    return hdfs.getURI().toString();
  }

  private static Configuration awaitAddress(Configuration found) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLISECONDS);
    while (found.get(YarnConfiguration.RM_ADDRESS).endsWith(":0")) {
      if (System.nanoTime() > deadline) {
        throw new IOException("YARN's resource manager has no port");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return found;
  }

  private void write(Configuration found) throws IOException {
    // A class of the mini cluster's own, which its applications lack.
    found.unset("net.topology.node.switch.mapping.impl");
    for (String file : new String[] {"core-site.xml", "yarn-site.xml"}) {
      try (OutputStream out = Files.newOutputStream(configuration.resolve(file))) {
        found.writeXml(out);
      }
    }
  }

  @Override
  public void close() {
    yarn.stop();
    hdfs.shutdown();
  }
}
