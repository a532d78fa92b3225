package io.coppice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.page.PageHtml;
import io.coppice.page.RunPage;
import io.coppice.page.RunPageReader;
import io.coppice.page.TensorBoardDirectory;
import io.coppice.page.TensorBoardEvents;
import io.coppice.registry.HistoryEntry;
import io.coppice.registry.NightPage;
import io.coppice.registry.Registry;
import io.coppice.report.ExitCode;
import io.coppice.storage.DamagedException;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.OwnFileSystem;
import io.coppice.storage.ResultFile;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.StoredRun;
import io.coppice.storage.UnusableCheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coppice report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a run's page to look at: one HTML file that needs no network, with what the run came to, its course, the network"
          + " before and after, where its time went, and its settings.",
      "",
      "A run that ends leaves the page by itself. Of one that goes on, or was stopped, it is made of what is there; a browser"
          + " then loads it again now and then, and --watch keeps making it until the run ends. With --json its figures are"
          + " printed, and no page is made.",
      "",
      "With --registry it is the page of a retraining that is decided, with what became of its model; a retraining leaves it in"
          + " REGISTRY/pages by itself.",
      "",
      "With --tensorboard it makes TensorBoard's event file instead, of every round and epoch, likewise at any time."
    },
    footer = {
      "",
      "Examples:",
      "  coppice report RUN",
      "  coppice report RUN --watch 10",
      "  coppice report hdfs:///models/run7 --output run7.html",
      "  coppice report RUN --tensorboard logs/run7 --watch 10",
      "  coppice report RUN --json",
      "  coppice report --registry REGISTRY --run-id 2026-01-31"
    })
final class ReportCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Directory of a run, a path of any Hadoop file system.")
  private @Nullable String run;

  @Option(
      names = {"-R", "--registry"},
      paramLabel = "DIR",
      description = "Directory of a registry of models, instead of a run.")
  private @Nullable String registryPath;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The registry's retraining (default: the one that was decided last).")
  private @Nullable String runId;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "File to write, a path of any Hadoop file system; one that is there is replaced (default: RUN/report.html, or"
              + " REGISTRY/pages/ID.html).")
  private @Nullable String output;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description =
          "Makes the page, or TensorBoard's file, again every so many seconds until the run ends.")
  private @Nullable Integer watch;

  @Option(
      names = "--tensorboard",
      paramLabel = "LOGDIR",
      description =
          "Writes the run's events for TensorBoard into this directory instead of the page, a path of any Hadoop file system"
              + " outside RUN. Wall times there are those since the run's start.")
  private @Nullable String tensorBoard;

  @Mixin private HadoopOptions hadoop = new HadoopOptions();

  @Mixin private JsonOption json = new JsonOption();

  ReportCommand() {}

  @Override
  public Integer call() throws IOException {
    requireSense();
    Configuration configuration = new Configuration();
    hadoop.learn(configuration);
    return registryPath == null
        ? ofRun(Objects.requireNonNull(run), configuration)
        : ofRegistry(registryPath, configuration);
  }

  private int ofRegistry(String registryDirectory, Configuration configuration) throws IOException {
    try (Registry registry = RegistryOptions.open(registryDirectory, configuration)) {
      HistoryEntry decision = decision(registry);
      RunPage page = NightPage.read(registry, decision);
      if (json.isAsked()) {
        return answer(page);
      }
      String file = output == null ? registry.page(decision.run()) : output;
      Path path = path("--output", file);
      try (FileSystem fileSystem = OwnFileSystem.of(path, configuration)) {
        fileSystem.setWriteChecksum(false);
        write(page, file, path, fileSystem);
      }
      return ExitCode.DONE.code();
    }
  }

  private int answer(RunPage page) throws IOException {
    return json.answer(ExitCode.DONE, (ObjectNode) JsonOption.JSON.readTree(PageHtml.json(page)));
  }

  private HistoryEntry decision(Registry registry) throws IOException {
    return (runId == null ? registry.lastDecision() : registry.decision(runId))
        .orElseThrow(
            () ->
                new ConfigException(
                    registry.location(),
                    List.of(
                        (runId == null ? "no retraining" : "no retraining '" + runId + "'")
                            + " is decided; what happened: coppice registry list")));
  }

  private int ofRun(String runDirectory, Configuration configuration) throws IOException {
    try (RunDirectory directory = RunDirectory.open(runDirectory, configuration)) {
      if (!directory.exists()) {
        throw new ConfigException(runDirectory, List.of("there is no such directory"));
      }
      if (json.isAsked()) {
        return answer(RunPageReader.read(directory));
      }
      return (tensorBoard == null
              ? make(directory, configuration)
              : makeEvents(directory, configuration, tensorBoard))
          .code();
    } catch (OutputInUseException e) {
      throw new ConfigException(runDirectory, List.of("that is no directory of a run"));
    }
  }

  private void requireSense() {
    if ((run == null) == (registryPath == null)) {
      throw new ConfigException(
          "report",
          List.of(
              "expected either a run's directory or --registry, found "
                  + (run == null ? "none" : "both")));
    }
    if (runId != null && registryPath == null
        || (watch != null || tensorBoard != null) && registryPath != null) {
      throw new ConfigException(
          "report",
          List.of(
              "--run-id needs --registry, --watch and --tensorboard a run's directory; they do not go together"));
    }
    if (watch != null && watch < 1) {
      throw new ConfigException("--watch " + watch, List.of("expected a number of at least 1"));
    }
    if (json.isAsked() && (output != null || watch != null || tensorBoard != null)) {
      throw new ConfigException(
          "--json",
          List.of(
              "prints figures and makes no file; leave --output, --tensorboard and --watch away"));
    }
    if (tensorBoard != null && output != null) {
      throw new ConfigException(
          "--tensorboard", List.of("makes no page; leave --output away, or run report twice"));
    }
  }

  private ExitCode make(RunDirectory directory, Configuration configuration) throws IOException {
    String file =
        output == null ? directory.location() + Path.SEPARATOR + ResultFile.REPORT.path() : output;
    Path path = path("--output", file);
    try (FileSystem fileSystem = OwnFileSystem.of(path, configuration)) {
      fileSystem.setWriteChecksum(false);
      while (true) {
        RunPage page = RunPageReader.read(directory);
        if (output == null && page.ended() && isLeftAlready(directory, content(page))) {
          System.out.println("The run left its page when it ended: " + file);
          return ExitCode.DONE;
        }
        write(page, file, path, fileSystem);
        // Where the run ended meanwhile, its own page may have been replaced just now.
        if (page.ended() || (watch == null && !directory.isComplete())) {
          return ExitCode.DONE;
        }
        if (watch != null && !waited(watch)) {
          return ExitCode.INTERRUPTED;
        }
      }
    }
  }

  private static void write(RunPage page, String file, Path path, FileSystem fileSystem)
      throws IOException {
    try (OutputStream out = fileSystem.create(path, true)) {
      out.write(content(page));
    }
    System.out.printf(
        "%s: %s, %,d rounds%s%n",
        file,
        page.network(),
        page.curves().roundsTaken(),
        page.ended() ? "" : ", the run has not ended");
  }

  private ExitCode makeEvents(RunDirectory directory, Configuration configuration, String logs)
      throws IOException {
    Path path = path("--tensorboard", logs);
    try (FileSystem fileSystem = OwnFileSystem.of(path, configuration)) {
      fileSystem.setWriteChecksum(false);
      if (directory.contains(fileSystem.makeQualified(path))) {
        throw new ConfigException(
            "--tensorboard " + logs,
            List.of("expected a directory outside of the run's, which holds nothing else"));
      }
      TensorBoardDirectory events = new TensorBoardDirectory(fileSystem, path);
      while (true) {
        boolean ended = directory.isComplete();
        byte[] content = TensorBoardEvents.of(directory);
        if (events.update(content)) {
          System.out.printf(
              "%s: %,d bytes of events%s%n",
              logs, content.length, ended ? "" : ", the run has not ended");
        }
        if (ended || watch == null) {
          return ExitCode.DONE;
        }
        if (!waited(watch)) {
          return ExitCode.INTERRUPTED;
        }
      }
    }
  }

  private static byte[] content(RunPage page) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    PageHtml.write(page, content);
    return content.toByteArray();
  }

  /**
   * Whether the page that a run left is there as its manifest describes it; else it is to be
   * written again.
   *
   * @throws UnusableCheckpointException if it is not there, and what would be written is another
   *     one, so that the result would not be whole
   */
  private static boolean isLeftAlready(RunDirectory directory, byte[] content) throws IOException {
    JsonNode manifest = directory.manifest();
    if (!StoredRun.names(manifest, ResultFile.REPORT)) {
      return false;
    }
    try {
      new StoredRun(directory).file(manifest, ResultFile.REPORT);
      return true;
    } catch (DamagedException e) {
      if (StoredRun.describes(manifest, ResultFile.REPORT, content)) {
        return false;
      }
      throw new UnusableCheckpointException(
          String.valueOf(e.getMessage()),
          List.of("made again it would be another one; name another file with --output"));
    }
  }

  /** Waits; false if somebody wants the thread to end. */
  private static boolean waited(int seconds) {
    try {
      Thread.sleep(1000L * seconds);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Path path(String option, String file) {
    try {
      return new Path(file);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(option, List.of(String.valueOf(e.getMessage())));
    }
  }
}
