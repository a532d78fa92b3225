package io.coppice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that name a version name that of the build. */
class VersionsIT {

  private static final Map<Pattern, String> NAMED =
      Map.of(
          Pattern.compile("\\bcoppice[-:](\\d+\\.\\d+\\.\\d+[-\\w]*)"),
          Commands.VERSION,
          Pattern.compile("\\bVERSION=(\\d+\\.\\d+\\.\\d+[-\\w]*)"),
          Commands.VERSION,
          Pattern.compile("\\bapache/spark:(\\d+\\.\\d+\\.\\d+)"),
          System.getProperty("coppice.test.sparkVersion", ""),
          Pattern.compile("\\bsparkVersion: (\\S+)"),
          System.getProperty("coppice.test.sparkVersion", ""));

  @Test
  void versions_inFilesOfTheDistribution_areTheBuilds() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      String text = Files.readString(file);
      NAMED.forEach(
          (pattern, version) -> {
            Matcher named = pattern.matcher(text);
            while (named.find()) {
              found.add(named.group());
              assertThat(named.group(1)).as("%s: %s", file, named.group()).isEqualTo(version);
            }
          });
    }
    assertThat(found).hasSizeGreaterThan(6);
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String place : List.of("README.md", "Containerfile", "airflow", "cron", "kubernetes")) {
      try (Stream<Path> below = Files.walk(Commands.DEPLOY.resolve(place))) {
        below.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }
}
