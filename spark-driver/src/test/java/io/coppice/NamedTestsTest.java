package io.coppice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that documents name are there. */
class NamedTestsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");

  private static Map<String, Path> tests() throws IOException {
    Map<String, Path> tests = new HashMap<>();
    for (String module : new String[] {"core", "spark-driver", "deploy", "benchmarks"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> tests.put(file.getFileName().toString().replace(".java", ""), file));
      }
    }
    return tests;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SECURITY.md", "CONTRIBUTING.md", "core/README.md", "spark-driver/README.md"})
  void document_testsItNames_areThere(String document) throws IOException {
    Map<String, Path> tests = tests();
    for (MatchResult named :
        NAMED.matcher(Files.readString(ROOT.resolve(document))).results().toList()) {
      assertThat(tests).as(document).containsKey(named.group(1));
      if (named.group(2) != null) {
        assertThat(tests.get(named.group(1))).content().contains("void " + named.group(2) + "(");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "SECURITY.md")
  void document_everyBoundary_hasATestThatHoldsIt(String document) throws IOException {
    for (String line : Files.readAllLines(ROOT.resolve(document))) {
      if (line.startsWith("| ") && !line.startsWith("| from outside")) {
        assertThat(NAMED.matcher(line).find()).as(line).isTrue();
      }
    }
  }
}
