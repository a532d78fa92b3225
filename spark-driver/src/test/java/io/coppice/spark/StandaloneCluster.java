package io.coppice.spark;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A standalone Spark master and workers of one core each, in JVMs of their own. */
final class StandaloneCluster implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final Path directory;
  private final int port;
  private final Process master;
  private final Deque<Process> workers = new ArrayDeque<>();

  StandaloneCluster(Path directory) throws IOException {
    this.directory = directory;
    try (ServerSocket socket = new ServerSocket(0)) {
      this.port = socket.getLocalPort();
    }
    this.master =
        start(
            "master",
            Map.of(),
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            String.valueOf(port),
            "--webui-port",
            "0");
    awaitPort();
  }

  /** A run that asks too early asks again only after 20 seconds. */
  private void awaitPort() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return;
      } catch (ConnectException e) {
        if (!master.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("the master did not start, see " + directory.resolve("master.log"));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  String url() {
    return "spark://127.0.0.1:" + port;
  }

  /** Spark's properties for executors that fit these workers, and more of them. */
  static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("spark.executor.memory", "700m");
    settings.put("spark.executor.cores", "1");
    return settings;
  }

  void addWorker() throws IOException {
    addWorker(Map.of());
  }

  /**
   * @param environment variables of the worker, and so of its executors
   */
  void addWorker(Map<String, String> environment) throws IOException {
    workers.push(
        start(
            "worker" + workers.size(),
            environment,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            directory.resolve("work" + workers.size()).toString(),
            url()));
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
