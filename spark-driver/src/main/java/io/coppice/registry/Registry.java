package io.coppice.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.model.ModelEvaluation;
import io.coppice.registry.HistoryEntry.Action;
import io.coppice.shards.DataSummary;
import io.coppice.spark.StoredModel;
import io.coppice.storage.OutputInUseException;
import io.coppice.storage.ReplacedFile;
import io.coppice.storage.ResultCopy;
import io.coppice.storage.RunDirectory;
import io.coppice.storage.RunOwner;
import io.coppice.storage.RunVerifier;
import io.coppice.storage.Schema;
import io.coppice.storage.SealedLog;
import io.coppice.storage.SealedLog.Condition;
import io.coppice.storage.StoredDirectory;
import io.coppice.storage.UnusableCheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Models that followed each other, on any Hadoop file system, also one without renaming:
 *
 * <pre>
 * versions/NNNN/           a promoted model: the result of the run that trained it, manifest last
 * history/NNNNNNNN.json    what happened, one file each, never changed; the newest says which version is current
 * runs/ID/                 the run of a retraining
 * pages/ID.html            a retraining for whoever looks at it; nothing relies on it
 * outcomes/ID.json         what its last attempt came to, or that it runs
 * owner/                   who writes to it
 * </pre>
 *
 * A version is written whole before the one entry that makes it current, and no file that an entry
 * relies on is ever written again: whenever a writer is killed, the current model is a whole one.
 */
public final class Registry implements AutoCloseable {

  static final String HISTORY = "history";
  private static final String VERSIONS = "versions";
  private static final String RUNS = "runs";
  private static final String PAGES = "pages";
  private static final String OUTCOMES = "outcomes";
  private static final Set<String> NAMES =
      Set.of(HISTORY, VERSIONS, RUNS, PAGES, OUTCOMES, StoredDirectory.OWNER);
  private static final Pattern VERSION = Pattern.compile("[0-9]{4,9}");

  private final StoredDirectory directory;
  private final SealedLog log;

  private Registry(StoredDirectory directory) {
    this.directory = directory;
    this.log = new SealedLog(directory, HISTORY, Schema.HISTORY);
  }

  /**
   * Opens a registry, or a directory that is to become one. Nothing is made or changed.
   *
   * @param path of any Hadoop file system
   * @throws OutputInUseException if it holds anything that no registry does
   */
  public static Registry open(String path, Configuration hadoop) throws IOException {
    StoredDirectory directory = StoredDirectory.open(path, hadoop, "registry");
    List<String> foreign = directory.foreign(NAMES);
    if (!foreign.isEmpty()) {
      directory.close();
      throw new OutputInUseException(
          path
              + ": the directory is not empty and no registry (it holds "
              + String.join(", ", foreign)
              + "); name another one with --registry");
    }
    return new Registry(directory);
  }

  /** Its full path; a plain one where it is local. */
  public String location() {
    return directory.location();
  }

  /** Whether there is such a directory. */
  public boolean exists() throws IOException {
    return directory.exists();
  }

  /**
   * Makes this process the only one that writes to it.
   *
   * @param takeOver see {@link RunOwner#claim}
   * @throws OutputInUseException if somebody else has it; the message names the owner
   */
  public RunOwner claim(boolean takeOver) throws IOException {
    return RunOwner.claim(directory, takeOver);
  }

  /**
   * Requires that a claim could be had, see {@link RunOwner#requireFree}.
   *
   * @throws OutputInUseException if somebody else has it
   */
  void requireFree(boolean takeOver) throws IOException {
    RunOwner.requireFree(directory, takeOver);
  }

  /**
   * What happened, from the first to the last, as far as it can be read.
   *
   * @throws UnusableCheckpointException if a newer version of Coppice wrote it
   */
  public List<HistoryEntry> history() throws IOException {
    return whole(log.entries());
  }

  private static List<HistoryEntry> whole(List<SealedLog.Entry> entries) {
    List<HistoryEntry> history = new ArrayList<>();
    for (SealedLog.Entry entry : entries) {
      if (entry.document() != null) {
        history.add(HistoryEntry.of(entry.number(), entry.document()));
      }
    }
    return history;
  }

  List<SealedLog.Entry> entries() throws IOException {
    return log.entries();
  }

  /**
   * The version that is current; 0: none.
   *
   * @throws UnusableCheckpointException if the newest entry of the history is damaged, so that
   *     nobody can tell
   */
  public int current() throws IOException {
    List<SealedLog.Entry> entries = log.entries();
    for (int i = entries.size() - 1; i >= 0; i--) {
      SealedLog.Entry entry = entries.get(i);
      if (entry.condition() == Condition.DAMAGED) {
        throw new UnusableCheckpointException(
            location()
                + ": which version is current cannot be read; restore the file, or decide by 'coppice registry rollback"
                + " --to VERSION'",
            List.of(entry.problem()));
      }
      if (entry.document() != null) {
        return HistoryEntry.of(entry.number(), entry.document()).current();
      }
    }
    return 0;
  }

  /** The retraining that was decided last; empty if none was. */
  public Optional<HistoryEntry> lastDecision() throws IOException {
    List<HistoryEntry> history = history();
    Collections.reverse(history);
    return history.stream().filter(entry -> entry.action().decides()).findFirst();
  }

  /** What a retraining came to; empty if it is not over, or never began. */
  public Optional<HistoryEntry> decision(String run) throws IOException {
    return last(run).filter(entry -> entry.action().decides());
  }

  /** The last that happened to a retraining. */
  Optional<HistoryEntry> last(String run) throws IOException {
    List<HistoryEntry> history = history();
    Collections.reverse(history);
    return history.stream().filter(entry -> entry.run().equals(run)).findFirst();
  }

  /** Numbers of the versions that are there, from the first to the last. */
  public List<Integer> versions() throws IOException {
    List<Integer> versions = new ArrayList<>();
    Set<Integer> removed = removed(history());
    for (int number : numbers()) {
      if (!removed.contains(number) && directory(number).isComplete()) {
        versions.add(number);
      }
    }
    return versions;
  }

  /** The same with those that were not finished, or not removed whole. */
  List<Integer> numbers() throws IOException {
    return directory.names(VERSIONS).stream()
        .filter(name -> VERSION.matcher(name).matches())
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  /** A version's directory, which is one of a finished run. */
  RunDirectory directory(int number) {
    return RunDirectory.below(directory, name(number));
  }

  static String name(int number) {
    return String.format(Locale.ROOT, "%s/%04d", VERSIONS, number);
  }

  /** Versions that the history says were removed; some of one may still be there. */
  static Set<Integer> removed(List<HistoryEntry> history) {
    Set<Integer> removed = new TreeSet<>();
    for (HistoryEntry entry : history) {
      entry.figures().path(Pruning.VERSIONS).forEach(number -> removed.add(number.asInt()));
    }
    return removed;
  }

  /** Where it is told what a retraining's last attempt came to. */
  public ReplacedFile outcome(String id) {
    return new ReplacedFile(directory, OUTCOMES + "/" + id + ".json");
  }

  /** The directory of a retraining's run. */
  RunDirectory run(String id) {
    return RunDirectory.below(directory, RUNS + "/" + id);
  }

  /** Path of a retraining's page, which is written when it is decided. */
  public String page(String id) {
    return location() + "/" + pageName(id);
  }

  private static String pageName(String id) {
    return PAGES + "/" + id + ".html";
  }

  void writePage(HistoryEntry decision) throws IOException {
    directory.replace(pageName(decision.run()), NightPage.html(this, decision));
  }

  /**
   * What a version's manifest says.
   *
   * @throws ConfigException if there is no such version
   * @throws io.coppice.storage.DamagedException if the manifest is damaged
   */
  public ModelVersion version(int number) throws IOException {
    RunDirectory version = directory(number);
    if (removed(history()).contains(number) || !version.isComplete()) {
      throw new ConfigException(
          location(), List.of("there is no version " + number + "; there are " + versions()));
    }
    return read(version, number);
  }

  private static ModelVersion read(RunDirectory version, int number) throws IOException {
    return new ModelVersion(number, version.location(), version.manifest());
  }

  /**
   * What the manifests of all versions say, from the first to the last.
   *
   * @throws io.coppice.storage.DamagedException if one is damaged
   */
  public List<ModelVersion> allVersions() throws IOException {
    List<ModelVersion> all = new ArrayList<>();
    for (int number : versions()) {
      all.add(read(directory(number), number));
    }
    return all;
  }

  /** A version's model. */
  StoredModel model(int number) throws IOException {
    return StoredModel.read(directory(number));
  }

  /**
   * Requires every file of a version to be as it was written.
   *
   * @throws UnusableCheckpointException naming those that are not
   */
  public void requireWhole(int number) throws IOException {
    RunDirectory version = directory(number);
    RunVerifier.Report report = RunVerifier.verify(version);
    if (!version.isComplete() || report.damaged()) {
      throw new UnusableCheckpointException(
          location()
              + ": version "
              + number
              + " is damaged; restore it, or go back to another one by 'coppice registry rollback'",
          report.lines().stream().filter(line -> !line.endsWith(": whole")).toList());
    }
  }

  /** Adds to the history. */
  HistoryEntry add(RunOwner owner, HistoryEntry entry) throws IOException {
    owner.requireOwned();
    return entry.numbered(log.append(entry.toJson()));
  }

  /**
   * Makes a version of a finished run, whole before it returns; one that was made of that run
   * before is taken as it is.
   *
   * @param run id of the retraining
   * @param base the version that it started from; 0: none
   * @return its number
   */
  int register(RunOwner owner, String run, int base, DataSummary data, ModelEvaluation tested)
      throws IOException {
    int largest = 0;
    for (HistoryEntry entry : history()) {
      largest = Math.max(largest, entry.current());
    }
    for (int number : versions()) {
      largest = Math.max(largest, number);
      if (isOf(run, number)) {
        return number;
      }
    }
    owner.requireOwned();
    int number = largest + 1;
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode added = mapper.createObjectNode();
    HistoryEntry now = HistoryEntry.now(Action.PROMOTED, run, number, base, "", added);
    ObjectNode registered = added.putObject(ModelVersion.MEMBER);
    registered.put("version", number);
    registered.put(ModelVersion.RUN, run);
    registered.put(ModelVersion.BASE, base);
    registered.put(ModelVersion.AT, now.at());
    registered.set("by", now.by().toJson());
    registered.put(ModelVersion.ACCURACY, tested.accuracy());
    registered.put(ModelVersion.IMAGES, tested.images());
    registered.set(ModelVersion.CLASSES, mapper.valueToTree(data.train().ofClass()));
    ResultCopy.write(run(run), directory(number), added);
    return number;
  }

  /** Whether a version was made of a run and is whole, so that it can be taken as it is. */
  private boolean isOf(String run, int number) throws IOException {
    try {
      return read(directory(number), number).run().equals(run)
          && !RunVerifier.verify(directory(number)).damaged();
    } catch (IOException | UnusableCheckpointException e) {
      // It is damaged, and another one is made.
      return false;
    }
  }

  /**
   * Makes an earlier version current.
   *
   * @param to its number; 0: the one that was current before the present one
   * @param why for the history
   * @throws ConfigException if there is no such version
   * @throws UnusableCheckpointException if it is not whole
   */
  public HistoryEntry rollBack(RunOwner owner, int to, String why) throws IOException {
    List<HistoryEntry> history = history();
    // Where that cannot be read, whoever names a version decides.
    int current =
        to == 0 ? current() : history.isEmpty() ? 0 : history.get(history.size() - 1).current();
    int target = to == 0 ? previous(history, current) : to;
    if (target == current && log.entries().size() == history.size()) {
      throw new ConfigException(
          "registry rollback", List.of("version " + target + " is the current one already"));
    }
    version(target);
    requireWhole(target);
    String reason = why.isBlank() ? "" : ": " + why;
    return add(
        owner,
        HistoryEntry.now(
            Action.ROLLED_BACK,
            "",
            target,
            current,
            String.format(Locale.ROOT, "back from version %d to %d%s", current, target, reason),
            new ObjectMapper().createObjectNode()));
  }

  /**
   * What can go.
   *
   * @param keptVersions versions that stay beside the current one: those that were current last,
   *     and any that a retraining starts from which is not over
   * @param keptRuns retrainings whose runs stay, those that were decided last
   */
  public Pruning prunable(int keptVersions, int keptRuns) throws IOException {
    List<HistoryEntry> history = history();
    Set<Integer> removed = removed(history);
    Set<String> runs = new TreeSet<>(directory.names(RUNS));
    Map<String, HistoryEntry> lastOfRun = new LinkedHashMap<>();
    Set<Integer> kept = new LinkedHashSet<>();
    kept.add(current());
    Collections.reverse(history);
    for (HistoryEntry entry : history) {
      if (!entry.run().isEmpty()) {
        lastOfRun.putIfAbsent(entry.run(), entry);
      }
      if (entry.current() > 0
          && !removed.contains(entry.current())
          && kept.size() <= keptVersions) {
        kept.add(entry.current());
      }
    }
    List<String> decided = new ArrayList<>();
    for (HistoryEntry last : lastOfRun.values()) {
      if (!runs.contains(last.run())) {
        continue;
      }
      if (last.action().decides()) {
        decided.add(last.run());
      } else {
        kept.add(last.base());
      }
    }
    Set<Integer> wereCurrent = new TreeSet<>();
    history.forEach(entry -> wereCurrent.add(entry.current()));
    return new Pruning(
        numbers().stream()
            .filter(number -> wereCurrent.contains(number) && !kept.contains(number))
            .toList(),
        decided.stream().skip(keptRuns).sorted().toList());
  }

  /**
   * Removes versions and runs. The history says so first, so that nobody takes for damaged what was
   * not removed whole; doing it again removes the rest.
   */
  public void prune(RunOwner owner, Pruning pruning) throws IOException {
    if (pruning.isEmpty()) {
      return;
    }
    int current = current();
    add(
        owner,
        HistoryEntry.now(
            Action.PRUNED, "", current, current, pruning.sentence(), pruning.toJson()));
    for (int number : pruning.versions()) {
      directory.remove(name(number));
    }
    removeRuns(pruning.runs());
  }

  /** Removes what is left of retrainings that are over. */
  void removeRuns(List<String> ids) throws IOException {
    for (String id : ids) {
      directory.remove(RUNS + "/" + id);
    }
  }

  private int previous(List<HistoryEntry> history, int current) throws IOException {
    Set<Integer> removed = removed(history);
    for (int i = history.size() - 1; i >= 0; i--) {
      int before = history.get(i).current();
      if (before != current && before != 0 && !removed.contains(before)) {
        return before;
      }
    }
    throw new ConfigException(
        location(),
        List.of(
            "no other version was ever current"
                + (versions().isEmpty() ? "" : "; --to names one of " + versions())));
  }

  /** What is not as it should be with what was written last; empty if all is well. */
  public List<String> unfinished() throws IOException {
    return log.entries().stream()
        .filter(entry -> entry.condition() != Condition.WHOLE)
        .map(SealedLog.Entry::problem)
        .toList();
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
