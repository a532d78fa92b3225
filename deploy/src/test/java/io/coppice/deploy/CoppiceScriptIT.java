package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script and the -all jar as a user runs them, in processes of their own. */
class CoppiceScriptIT {

  private static final Path DEPLOY = Path.of("").toAbsolutePath();
  private static final Path JAR = DEPLOY.resolve("target/coppice-all.jar");
  private static final long LIMIT_SECONDS = 240;

  @TempDir Path directory;

  private record Outcome(int exitCode, String output) {}

  @Test
  void train_withoutSparkHome_runsSparkInsideTheJvm() throws Exception {
    Path output = directory.resolve("run");
    Outcome outcome = run(Map.of(), smallTraining(output));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("Test accuracy", "times as fast");
    assertThat(output.resolve("manifest.json")).isNotEmptyFile();
    assertThat(output.resolve("model/compact.zip")).isNotEmptyFile();
  }

  @Test
  void train_withSparkHome_goesThroughSparkSubmitToExecutorsOfTheirOwn() throws Exception {
    Path output = directory.resolve("run");
    List<String> arguments = smallTraining(output);
    arguments.addAll(
        List.of(
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.app.name=from-the-command-line",
            "--conf=spark.ui.enabled=false"));
    Outcome outcome =
        run(
            Map.of(
                "SPARK_HOME",
                sparkHome().toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_IP",
                "127.0.0.1"),
            arguments);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("spark-submit was called", "Test accuracy");
    assertThat(output.resolve("manifest.json")).isNotEmptyFile();
  }

  @Test
  void train_wrongConfiguration_exitsWithTwo() throws Exception {
    Outcome outcome = run(Map.of(), List.of("train", "--set", "training.epoch=3"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains("did you mean 'training.epochs'?");
  }

  @Test
  void allJar_contents_oneNativePlatformAndNoSpark() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .contains("io/coppice/cli/Main.class", "META-INF/LICENSE", "META-INF/NOTICE");
      assertThat(names).noneMatch(name -> name.startsWith("org/apache/spark/"));
      assertThat(names).noneMatch(name -> name.startsWith("org/apache/hadoop/"));
      assertThat(names).noneMatch(name -> name.startsWith("org/apache/parquet/"));
      assertThat(names).noneMatch(name -> name.startsWith("scala/"));
      assertThat(names).noneMatch(name -> name.startsWith("org/slf4j/"));
      assertThat(names).noneMatch(name -> name.startsWith("com/fasterxml/jackson/databind/"));
      assertThat(
              names.stream().filter(name -> name.matches(".*\\.(so|so\\.\\d+|dll|dylib|jnilib)")))
          .isNotEmpty()
          .allMatch(name -> isForThisPlatform(name), "is for linux-x86_64");
    }
  }

  private static boolean isForThisPlatform(String name) {
    return name.contains("linux-x86_64")
        || name.contains("linux-x86-64")
        || name.contains("Linux/x86_64");
  }

  private static List<String> smallTraining(Path output) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", "--output", output.toString()));
    for (String setting :
        List.of(
            "network.name=resnet8",
            "network.width=0.5",
            "training.epochs=1",
            "finish.fineTuneEpochs=0")) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  /** A Spark home of the jars that Maven resolved. */
  private Path sparkHome() throws IOException {
    Path home = Files.createDirectory(directory.resolve("spark"));
    Files.createFile(home.resolve("RELEASE"));
    Files.createSymbolicLink(home.resolve("jars"), DEPLOY.resolve("target/spark/jars"));
    Path submit = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
    try (InputStream in = CoppiceScriptIT.class.getResourceAsStream("/spark-submit")) {
      Files.write(submit, Objects.requireNonNull(in).readAllBytes());
    }
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    return home;
  }

  private Outcome run(Map<String, String> environment, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(DEPLOY.resolve("bin/coppice").toString());
    command.addAll(arguments);
    Path log = directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    for (String name : Arrays.asList("SPARK_HOME", "OMP_NUM_THREADS")) {
      builder.environment().remove(name);
    }
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "not done in time:\n" + Files.readString(log, StandardCharsets.UTF_8));
    }
    return new Outcome(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }
}
