package io.coppice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.cli.CoppiceCommand.Outcome;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors, in JVMs of their own, that lack what tasks need. */
class ExecutorClassesTest {

  @TempDir Path directory;

  @Test
  void train_executorWithoutNativeLibraries_exitsWithTwoSayingWhatItNeeds() {
    Outcome outcome = trainWithClassPath(classPathWithout("linux-x86_64"));
    assertRefused(outcome);
    assertThat(outcome.err()).contains("UnsatisfiedLinkError", "jniOpenCL");
  }

  @Test
  void train_executorWithoutOurClasses_exitsWithTwoSayingWhatItNeeds() {
    Outcome outcome = trainWithClassPath(directory.toString());
    assertRefused(outcome);
    assertThat(outcome.err()).contains("ClassNotFoundException: io.coppice.source");
  }

  private void assertRefused(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("the executors: ", "executors need the jar of Coppice, and Linux on x86-64")
        .doesNotContain("please report it");
    assertThat(directory.resolve("run/manifest.json")).doesNotExist();
  }

  private Outcome trainWithClassPath(String classPath) {
    return CoppiceCommand.run(
        "train",
        "--master",
        "local-cluster[1,1,1024]",
        "--conf",
        "spark.ui.enabled=false",
        "--conf",
        "spark.executor.extraClassPath=" + classPath,
        "--conf",
        "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
        "--output",
        directory.resolve("run").toString(),
        "--set",
        "network.name=resnet8",
        "--set",
        "network.width=0.5");
  }

  private static String classPathWithout(String part) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains(part))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
