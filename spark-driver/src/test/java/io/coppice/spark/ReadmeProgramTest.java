package io.coppice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in README, to the letter. */
class ReadmeProgramTest {

  private static final Pattern PROGRAM =
      Pattern.compile("```java\n([^`]*public class (\\w+)[^`]*)```");

  @TempDir Path directory;

  @Test
  void program_ofTheReadme_isShortCompilesAndTrains() throws Exception {
    Matcher found = PROGRAM.matcher(Files.readString(Path.of("../README.md")));
    assertThat(found.find()).isTrue();
    String program = Objects.requireNonNull(found.group(1));
    String name = Objects.requireNonNull(found.group(2));
    assertThat(program.lines().count()).isLessThanOrEqualTo(25);
    Path source = Files.writeString(directory.resolve(name + ".java"), program);
    int problems =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", directory.toString(), source.toString());
    assertThat(problems).isZero();
    Path output = directory.resolve("run");
    try (URLClassLoader classes =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      classes
          .loadClass(name)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {output.toString()});
    }
    assertThat(output.resolve("manifest.json")).exists();
    assertThat(output.resolve("model/compact.zip")).exists();
  }
}
