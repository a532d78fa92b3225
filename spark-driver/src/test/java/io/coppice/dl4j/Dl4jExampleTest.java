package io.coppice.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in {@code deploy/examples}, to the letter. */
class Dl4jExampleTest {

  private static final Path PROGRAM = Path.of("../deploy/examples/Dl4jSpark.java");

  private static final Map<String, String> SPARK =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "test",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  @Test
  void main_compiledAsItIs_leavesACompactNetworkThatDeeplearning4jReads(@TempDir Path directory)
      throws Exception {
    assertThat(Files.readString(PROGRAM).lines().count()).isLessThan(40);
    int problems =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", directory.toString(), PROGRAM.toString());
    assertThat(problems).isZero();
    Path output = directory.resolve("output");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    SPARK.forEach(System::setProperty);
    try (URLClassLoader classes =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      // Spark's tasks look there for the program's classes.
      Thread.currentThread().setContextClassLoader(classes);
      classes
          .loadClass("Dl4jSpark")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {output.toString()});
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      SPARK.keySet().forEach(System::clearProperty);
    }
    ComputationGraph compact =
        ModelSerializer.restoreComputationGraph(output.resolve("compact.zip").toFile());
    assertThat(compact.numParams()).isBetween(1000L, 30_000L);
  }
}
