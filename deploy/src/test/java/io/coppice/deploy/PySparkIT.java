package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coppice.deploy.Commands.Outcome;
import io.coppice.ml.ChannelSparseClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package for PySpark, in a real one where there is one. */
class PySparkIT {

  private static final Path SOURCES = Commands.DEPLOY.resolve("python/coppice");
  private static final Pattern PARAM =
      Pattern.compile("Param\\(\\s+Params._dummy\\(\\),\\s+\"(\\w+)\"");
  private static final Pattern SHARED = Pattern.compile("^    Has(\\w+),$", Pattern.MULTILINE);

  @TempDir private Path directory;

  @Test
  void wheel_built_holdsThePackageAndRecordsIt() throws Exception {
    Map<String, byte[]> files = unzip(wheel());
    List<String> about = files.keySet().stream().filter(name -> name.endsWith("/RECORD")).toList();
    assertThat(about).hasSize(1);
    String[] lines = new String(files.remove(about.get(0)), StandardCharsets.UTF_8).split("\n", -1);
    List<String> expected = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      expected.add(
          file.getKey()
              + ",sha256="
              + Base64.getUrlEncoder()
                  .withoutPadding()
                  .encodeToString(MessageDigest.getInstance("SHA-256").digest(file.getValue()))
              + ","
              + file.getValue().length);
    }
    expected.add(about.get(0) + ",,");
    expected.add("");
    assertThat(lines).containsExactlyElementsOf(expected);
    for (String module : List.of("__init__.py", "ml.py")) {
      assertThat(files.get("coppice/" + module))
          .isEqualTo(Files.readAllBytes(SOURCES.resolve(module)));
    }
  }

  @Test
  void params_ofPython_areThoseOfTheEstimator() throws IOException {
    String python = Files.readString(SOURCES.resolve("ml.py"));
    TreeSet<String> names = new TreeSet<>();
    Matcher own = PARAM.matcher(python);
    while (own.find()) {
      names.add(own.group(1));
    }
    Matcher shared = SHARED.matcher(python);
    while (shared.find()) {
      names.add(shared.group(1).substring(0, 1).toLowerCase() + shared.group(1).substring(1));
    }
    ChannelSparseClassifier classifier = new ChannelSparseClassifier();
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(classifier.params()).map(Param::name).toList());
    for (String name : names) {
      assertThat(python)
          .as("argument of __init__ and of setParams")
          .contains("        " + name + ": ");
    }
  }

  @Test
  void programs_python_compile() throws Exception {
    assumeTrue(Commands.isHere("python3"), "python3 is not here");
    for (String program :
        List.of(
            "python/coppice/__init__.py",
            "python/coppice/ml.py",
            "airflow/coppice_retrain.py",
            "examples/pipeline.py",
            "src/test/python/check_dag.py",
            "src/test/python/check_pyspark.py")) {
      Path source = Commands.DEPLOY.resolve(program);
      Path copy = Files.copy(source, directory.resolve(source.getFileName()));
      Outcome outcome =
          new Commands(directory)
              .run(Map.of(), List.of("python3", "-m", "py_compile", copy.toString()));
      assertThat(outcome.output()).isEmpty();
      assertThat(outcome.exitCode()).isZero();
    }
  }

  @Test
  void check_realPySpark_isAsPromised() throws Exception {
    String home = System.getenv().getOrDefault("SPARK_HOME", "");
    assumeTrue(
        Files.exists(Path.of(home, "python/lib/pyspark.zip")),
        "PySpark is not here: SPARK_HOME names no Spark with python/lib/pyspark.zip");
    Outcome outcome =
        new Commands(directory)
            .run(
                Map.of("SPARK_HOME", home),
                List.of(
                    home + "/bin/spark-submit",
                    "--master",
                    "local[2]",
                    "--driver-memory",
                    "2g",
                    "--conf",
                    "spark.ui.enabled=false",
                    "--jars",
                    Commands.ALL_JAR.toString(),
                    "--py-files",
                    wheel().toString(),
                    Commands.DEPLOY.resolve("src/test/python/check_pyspark.py").toString(),
                    directory.toString()));
    assertThat(outcome.output()).contains("all as promised");
    assertThat(outcome.exitCode()).isZero();
  }

  private static Path wheel() throws IOException {
    try (Stream<Path> built = Files.list(Commands.DEPLOY.resolve("target"))) {
      return built
          .filter(file -> file.getFileName().toString().matches("coppice-.*-py3-none-any\\.whl"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Map<String, byte[]> unzip(Path archive) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (InputStream in = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }
}
