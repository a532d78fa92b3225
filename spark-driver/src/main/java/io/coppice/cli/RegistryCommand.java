package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.registry.HistoryEntry;
import io.coppice.registry.ModelVersion;
import io.coppice.registry.Pruning;
import io.coppice.registry.Registry;
import io.coppice.registry.RegistryVerifier;
import io.coppice.report.ExitCode;
import io.coppice.storage.RunOwner;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coppice registry}. */
@Command(
    name = "registry",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = {
      RegistryCommand.ListModels.class,
      RegistryCommand.Show.class,
      RegistryCommand.RollBack.class,
      RegistryCommand.Prune.class,
      RegistryCommand.Verify.class
    },
    description = {
      "Looks at the models that 'coppice retrain' promoted, and goes back to an earlier one. A version's directory is one of"
          + " a finished run: evaluate, export and verify take it."
    },
    footer = {
      "",
      "Examples:",
      "  coppice registry list --registry REGISTRY",
      "  coppice registry show --registry REGISTRY --json",
      "  coppice registry rollback --registry REGISTRY --why 'complaints about shoes'",
      "  coppice registry prune --registry REGISTRY --keep 10",
      "  coppice registry verify --registry REGISTRY"
    })
final class RegistryCommand implements Runnable {

  @Spec private CommandSpec spec;

  RegistryCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected list, show, rollback, prune or verify behind 'registry'");
  }

  /** {@code coppice registry list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Lists the versions, an asterisk at the current one, and what happened.")
  static final class ListModels implements Callable<Integer> {

    @Mixin private RegistryOptions options = new RegistryOptions();

    @Mixin private JsonOption json = new JsonOption();

    ListModels() {}

    @Override
    public Integer call() throws IOException {
      try (Registry registry = options.open()) {
        List<ModelVersion> versions = registry.allVersions();
        int current = registry.current();
        List<HistoryEntry> history = registry.history();
        registry.unfinished().forEach(problem -> System.err.println("coppice: " + problem));
        if (json.isAsked()) {
          return json.answer(ExitCode.DONE, fields(current, versions, history));
        }
        System.out.println(RegistryText.list(current, versions, history));
      }
      return ExitCode.DONE.code();
    }

    private static ObjectNode fields(
        int current, List<ModelVersion> versions, List<HistoryEntry> history) {
      ObjectNode object = JsonOption.JSON.createObjectNode();
      object.put("current", current);
      ArrayNode ofVersions = object.putArray("versions");
      versions.forEach(version -> ofVersions.add(version.toJson()));
      ArrayNode ofHistory = object.putArray("history");
      history.forEach(entry -> ofHistory.add(entry.toJson().put("number", entry.number())));
      return object;
    }
  }

  /** {@code coppice registry show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Says where a version is, what it is, and where it came from.")
  static final class Show implements Callable<Integer> {

    @Mixin private RegistryOptions options = new RegistryOptions();

    @Parameters(
        arity = "0..1",
        paramLabel = "VERSION",
        description = "Number of the version (default: the current one).")
    private int number;

    @Mixin private JsonOption json = new JsonOption();

    Show() {}

    @Override
    public Integer call() throws IOException {
      try (Registry registry = options.open()) {
        int current = registry.current();
        if (number == 0 && current == 0) {
          throw new ConfigException(registry.location(), List.of("no version is current yet"));
        }
        ModelVersion version = registry.version(number == 0 ? current : number);
        boolean isCurrent = version.number() == current;
        if (json.isAsked()) {
          return json.answer(ExitCode.DONE, version.toJson().put("isCurrent", isCurrent));
        }
        System.out.println(RegistryText.show(version, isCurrent, registry.history()));
      }
      return ExitCode.DONE.code();
    }
  }

  /** {@code coppice registry rollback}. */
  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description =
          "Makes an earlier version current, if it is whole; nothing is removed. The next retraining starts from it.")
  static final class RollBack implements Callable<Integer> {

    @Mixin private RegistryOptions options = new RegistryOptions();

    @Option(
        names = "--to",
        paramLabel = "VERSION",
        description = "Number of the version (default: the one that was current before).")
    private int to;

    @Option(names = "--why", paramLabel = "TEXT", description = "A reason, for the history.")
    private String why = "";

    @Mixin private RegistryTakeOver takeOver = new RegistryTakeOver();

    @Mixin private JsonOption json = new JsonOption();

    RollBack() {}

    @Override
    public Integer call() throws IOException {
      try (Registry registry = options.open();
          RunOwner owner = registry.claim(takeOver.given())) {
        HistoryEntry entry = registry.rollBack(owner, to, why);
        if (json.isAsked()) {
          return json.answer(ExitCode.DONE, entry.toJson().put("number", entry.number()));
        }
        System.out.println(entry.why());
      }
      return ExitCode.DONE.code();
    }
  }

  /** {@code coppice registry prune}. */
  @Command(
      name = "prune",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Removes versions that have not been current for long, and runs of retrainings that are over. The current version, its"
            + " predecessors as far as --keep says, versions that an unfinished retraining starts from, the history and the"
            + " pages stay."
      })
  static final class Prune implements Callable<Integer> {

    @Mixin private RegistryOptions options = new RegistryOptions();

    @Option(
        names = "--keep",
        paramLabel = "VERSIONS",
        description =
            "Versions that stay beside the current one, those that were current last (default: ${DEFAULT-VALUE}).")
    private int versions = 10;

    @Option(
        names = "--keep-runs",
        paramLabel = "RUNS",
        description =
            "Retrainings whose runs stay, those that were decided last (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Option(names = "--dry-run", description = "Says what would be removed, and removes nothing.")
    private boolean dryRun;

    @Mixin private RegistryTakeOver takeOver = new RegistryTakeOver();

    @Mixin private JsonOption json = new JsonOption();

    Prune() {}

    @Override
    public Integer call() throws IOException {
      if (versions < 0 || runs < 0) {
        throw new ConfigException(
            "registry prune", List.of("expected numbers from 0 on behind --keep and --keep-runs"));
      }
      try (Registry registry = options.open()) {
        Pruning pruning;
        if (dryRun) {
          pruning = registry.prunable(versions, runs);
        } else {
          try (RunOwner owner = registry.claim(takeOver.given())) {
            pruning = registry.prunable(versions, runs);
            registry.prune(owner, pruning);
          }
        }
        if (json.isAsked()) {
          return json.answer(ExitCode.DONE, pruning.toJson().put("dryRun", dryRun));
        }
        System.out.println(
            dryRun && !pruning.isEmpty()
                ? pruning.sentence().replaceFirst("^removed", "would be removed")
                : pruning.sentence());
      }
      return ExitCode.DONE.code();
    }
  }

  /** {@code coppice registry verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Says whether every version is as its manifest says, and every entry of the history as it was written. Changes"
            + " nothing.",
        "",
        "Ends with 0 if all that was finished is whole, else with 7."
      })
  static final class Verify implements Callable<Integer> {

    @Mixin private RegistryOptions options = new RegistryOptions();

    @Mixin private JsonOption json = new JsonOption();

    Verify() {}

    @Override
    public Integer call() throws IOException {
      try (Registry registry = options.open()) {
        return VerifyCommand.tell(RegistryVerifier.verify(registry), json);
      }
    }
  }
}
