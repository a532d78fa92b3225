package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coppice.deploy.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The thin jar through {@code spark-submit --packages}: what its pom lists is all that it needs.
 * Ours comes from a repository of files as it would be published, the rest from the build's own.
 */
class PackagesIT {

  private static final String LOCAL_REPOSITORY =
      System.getProperty("coppice.test.localRepository", "");

  private static final String RESOLVERS =
      """
      <ivysettings>
        <settings defaultResolver="both"/>
        <resolvers>
          <chain name="both" returnFirst="true">
            <ibiblio name="published" m2compatible="true" root="%s"/>
            <ibiblio name="build" m2compatible="true" root="%s"/>
          </chain>
        </resolvers>
      </ivysettings>
      """;

  @TempDir Path directory;

  @Test
  void packages_thinJarOnly_trainsOnExecutorsWithWhatItsPomLists() throws Exception {
    Path published = directory.resolve("published");
    publish(published, "coppice-parent", Commands.DEPLOY.resolve("..").normalize());
    publish(published, "coppice-core", Commands.DEPLOY.resolve("../core"));
    publish(published, "coppice-spark_2.12", Commands.DEPLOY.resolve("../spark-driver"));
    Path resolvers =
        Files.writeString(
            directory.resolve("ivysettings.xml"),
            RESOLVERS.formatted(published.toUri(), Path.of(LOCAL_REPOSITORY).toUri()));
    Commands commands = new Commands(directory);
    Path program =
        commands.jarOf(
            Commands.DEPLOY.resolve("examples/JavaProgram.java"), List.of(Commands.ALL_JAR));
    Path ivy = directory.resolve("ivy");
    Outcome outcome =
        commands.submit(
            List.of(
                "--master",
                "local-cluster[2,1,1024]",
                "--packages",
                "io.coppice:coppice-spark_2.12:" + Commands.VERSION,
                "--conf",
                "spark.jars.ivy=" + ivy,
                "--conf",
                "spark.jars.ivySettings=" + resolvers,
                "--conf",
                "spark.ui.enabled=false",
                "--class",
                "JavaProgram",
                program.toString(),
                directory.resolve("run").toString()));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("accuracy of JavaProgram on local-cluster[2,1,1024]: 0.");
    assertThat(Commands.jarsIn(ivy.resolve("jars")))
        .extracting(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", ""))
        .as("what the pom lists: nothing of Spark, Jackson's core, or the tests")
        .containsOnly(
            "io.coppice_coppice-core",
            "io.coppice_coppice-spark_2.12",
            "com.fasterxml.jackson.dataformat_jackson-dataformat-yaml",
            "com.samskivert_jmustache",
            "info.picocli_picocli",
            "me.tongfei_progressbar",
            "net.java.dev.jna_jna",
            "org.bytedeco_dnnl",
            "org.bytedeco_javacpp",
            "org.bytedeco_opencl",
            "org.jline_jline-native",
            "org.jline_jline-terminal",
            "org.jspecify_jspecify",
            "org.yaml_snakeyaml");
  }

  private static void publish(Path repository, String artifact, Path module) throws IOException {
    Path folder =
        Files.createDirectories(
            repository.resolve("io/coppice/" + artifact + "/" + Commands.VERSION));
    String name = artifact + "-" + Commands.VERSION;
    Files.copy(module.resolve("pom.xml"), folder.resolve(name + ".pom"));
    Path jar = module.resolve("target/" + name + ".jar");
    if (Files.exists(jar)) {
      Files.copy(jar, folder.resolve(name + ".jar"));
    }
  }
}
