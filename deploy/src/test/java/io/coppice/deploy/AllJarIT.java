package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the -all jar contains: nothing slips in, and nothing that Spark or a program brings too. */
class AllJarIT {

  private static final Path EXPECTED =
      Commands.DEPLOY.resolve("src/test/resources/all-jar-contents.txt");
  private static final Path FOUND = Commands.DEPLOY.resolve("target/all-jar-contents.txt");

  private static final Pattern OURS = Pattern.compile("io/coppice/(?!shaded/|sample/).*");
  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|so\\.\\d+|dll|dylib|jnilib)");
  private static final Pattern MANY_ALIKE =
      Pattern.compile("(.*/)[^/]*(\\.(?:class|properties|caps))");

  /** The largest that a cluster is to be sent. */
  private static final long MOST_BYTES = 40L << 20;

  private static List<String> entries() throws IOException {
    try (JarFile jar = new JarFile(Commands.ALL_JAR.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .sorted()
          .toList();
    }
  }

  /** Folders of classes as one line each, and all other files. */
  private static List<String> summary(Stream<String> entries) {
    return entries
        .map(name -> OURS.matcher(name).replaceFirst("io/coppice/**"))
        .map(name -> MANY_ALIKE.matcher(name).replaceFirst("$1*$2"))
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void contents_ofThisBuild_areThoseOfTheList() throws IOException {
    List<String> found = summary(entries().stream());
    Files.write(FOUND, found);
    assertThat(found)
        .as(
            "what %s contains, as %s lists it; if it is meant to, copy %s there",
            Commands.ALL_JAR, EXPECTED, FOUND)
        .containsExactlyElementsOf(Files.readAllLines(EXPECTED));
  }

  @Test
  void contents_ofSparkOrOfPrograms_areNotThere() throws IOException {
    assertThat(entries())
        .contains("io/coppice/cli/Main.class", "META-INF/LICENSE", "META-INF/NOTICE")
        .noneMatch(
            name ->
                Stream.of(
                        "org/apache/",
                        "scala/",
                        "org/slf4j/",
                        "com/google/",
                        "com/esotericsoftware/",
                        "com/fasterxml/",
                        "org/yaml/",
                        "picocli/",
                        "org/jline/",
                        "org/nd4j/",
                        "org/deeplearning4j/",
                        "META-INF/services/com.")
                    .anyMatch(name::startsWith));
  }

  @Test
  void natives_ofTheJar_areForOnePlatformAndNotRelocated() throws IOException {
    assertThat(entries().stream().filter(name -> NATIVE.matcher(name).matches()))
        .isNotEmpty()
        .allMatch(name -> name.contains("linux-x86_64") || name.contains("linux-x86-64"))
        .noneMatch(name -> name.startsWith("io/coppice/"));
  }

  @Test
  void size_ofTheJar_isBounded() throws IOException {
    assertThat(Files.size(Commands.ALL_JAR)).isLessThan(MOST_BYTES);
  }
}
