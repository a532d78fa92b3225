package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A standalone Spark master and workers of one core each, in JVMs of their own. */
final class StandaloneCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final int PATIENCE_SECONDS = 60;
  private static final Pattern ADDRESS = Pattern.compile("spark://[0-9.]+:[0-9]+");

  private final Path directory;
  private final Process master;
  private final String url;
  private final Deque<Process> workers = new ArrayDeque<>();

  StandaloneCluster(Path directory) throws IOException {
    this.directory = directory;
    this.master =
        start(
            "master",
            Map.of(),
            "org.apache.spark.deploy.master.Master",
            "--host",
            HOST,
            "--port",
            "0",
            "--webui-port",
            "0");
    this.url = awaitMaster();
  }

  /**
   * A master's port is open before the master answers there, and a run or a worker that asks too
   * early asks again only after 20 seconds.
   */
  private String awaitMaster() throws IOException {
    Path log = directory.resolve("master.log");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String told = "";
    while (!told.contains("New state: ALIVE")) {
      if (!master.isAlive() || System.nanoTime() > deadline) {
        kill(master);
        throw new IOException("the master did not start:\n" + told);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      told = Files.readString(log, StandardCharsets.ISO_8859_1);
    }
    Matcher address = ADDRESS.matcher(told);
    assertThat(address.find()).as(told).isTrue();
    return address.group();
  }

  String url() {
    return url;
  }

  /** Spark's properties for executors that fit these workers, and more of them. */
  static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("spark.executor.memory", "700m");
    settings.put("spark.executor.cores", "1");
    // An executor that is lost is struck off at once, and its shards go to whoever is free.
    settings.put("spark.standalone.executorRemoveDelayOnDisconnection", "100ms");
    settings.put("spark.locality.wait", "200ms");
    settings.put("spark.scheduler.revive.interval", "100ms");
    return settings;
  }

  void addWorker() throws IOException {
    addWorker(HOST, Map.of());
  }

  /**
   * @param environment variables of the worker, and so of its executors
   */
  void addWorker(Map<String, String> environment) throws IOException {
    addWorker(HOST, environment);
  }

  /**
   * @param host an address of this machine, which Spark takes for another
   */
  void addWorker(String host) throws IOException {
    addWorker(host, Map.of());
  }

  private void addWorker(String host, Map<String, String> environment) throws IOException {
    workers.push(
        start(
            "worker" + workers.size(),
            environment,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            host,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            directory.resolve("work" + workers.size()).toString(),
            url));
  }

  /** Kills the worker that was added last, and its executors, with SIGKILL. */
  void killWorker() {
    kill(workers.pop());
  }

  private Process start(
      String name, Map<String, String> environment, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-opens")) {
        command.add(option);
      }
    }
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getenv("SPARK_HOME") + File.separator + "jars" + File.separator + "*");
    command.add(main);
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    workers.forEach(StandaloneCluster::kill);
    kill(master);
  }
}
