package io.coppice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S3A against an S3 server in a process of its own. */
class S3Test extends FileSystemContract {

  private static final long PATIENCE_SECONDS = 90;
  private static final String BUCKET = "coppice";
  private static final String SETTINGS_BUCKET = "settings";

  @TempDir static Path directory;
  private static Process server;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path log = directory.resolve("server.log");
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of("target", "s3-server.jar").toAbsolutePath().toString(),
                "--server.port=0",
                "--com.adobe.testing.s3mock.httpPort=" + port,
                "--com.adobe.testing.s3mock.domain.root="
                    + Files.createDirectory(directory.resolve("objects")),
                "--com.adobe.testing.s3mock.domain.initialBuckets="
                    + BUCKET
                    + ","
                    + SETTINGS_BUCKET)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!answers()) {
      if (!server.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("the S3 server does not answer:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    server.destroyForcibly();
  }

  @Override
  String base() {
    return "s3a://" + BUCKET + "/runs";
  }

  @Override
  Map<String, String> properties() {
    return Map.of(
        "fs.s3a.endpoint", "http://localhost:" + port,
        "fs.s3a.path.style.access", "true",
        "fs.s3a.connection.ssl.enabled", "false",
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "fs.s3a.access.key", "anybody",
        "fs.s3a.secret.key", "anything",
        "fs.s3a.attempts.maximum", "3",
        // This server answers no conditional reads, by which S3A sees that a file changed under it.
        "fs.s3a.change.detection.mode", "none");
  }

  @Test
  void printConfig_configInABucketThatOnlySetReaches_isRead() throws IOException {
    String config = "s3a://" + SETTINGS_BUCKET + "/run.yaml";
    try (FileSystem fileSystem = FileSystem.newInstance(URI.create(config), configuration());
        var out = fileSystem.create(new org.apache.hadoop.fs.Path(config))) {
      out.write("training: {epochs: 77}".getBytes(StandardCharsets.UTF_8));
    }
    List<String> arguments =
        new ArrayList<>(List.of("train", "--config", config, "--print-config"));
    properties()
        .forEach((key, value) -> arguments.addAll(List.of("--set", "hadoop." + key + "=" + value)));
    assertThat(run(arguments)).contains("epochs: 77").doesNotContain("anything");
  }
}
