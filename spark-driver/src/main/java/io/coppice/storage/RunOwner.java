package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.storage.ProcessIdentity.Life;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The claim of this process to be the only one that writes to a directory.
 *
 * <p>Every process that wants the directory writes a file of its own name, lists all of them, and
 * owns the directory if it sees no other's; else it takes its file back, and tries again after a
 * random while if the others are as new as itself. Two can never both see only themselves. It needs
 * a file system whose listings show what was written before, and nothing else: neither exclusive
 * creation nor renaming, which object stores lack.
 *
 * <p>An owner shows that it lives by writing a second file again and again. A claim whose process
 * is known to be dead is void. Where that cannot be known (another machine, a container) it is
 * taken over only on demand, and only if its signs of life have ceased.
 */
public final class RunOwner implements AutoCloseable {

  /**
   * How long things take.
   *
   * @param interval between two signs of life
   * @param silence after which an owner counts as gone
   * @param longestPause of a competitor before it tries again
   */
  record Pulse(Duration interval, Duration silence, Duration longestPause) {
    static final Pulse DEFAULT =
        new Pulse(Duration.ofSeconds(15), Duration.ofSeconds(90), Duration.ofMillis(300));
  }

  /** After which silence of an owner nobody can expect it to live. */
  public static final Duration SILENCE = Pulse.DEFAULT.silence();

  private static final String CLAIM = ".json";
  private static final String BEAT = ".beat";
  private static final int ATTEMPTS = 60;

  private final StoredDirectory directory;
  private final FileSystem fileSystem;
  private final Pulse pulse;
  private final boolean madeDirectory;
  private final String id = UUID.randomUUID().toString();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "coppice-owner");
            thread.setDaemon(true);
            return thread;
          });

  private RunOwner(StoredDirectory directory, Pulse pulse) throws IOException {
    this.directory = directory;
    this.madeDirectory = !directory.exists();
    this.fileSystem = directory.fileSystem();
    this.pulse = pulse;
  }

  /**
   * Claims a directory.
   *
   * @param takeOver whether an owner of which nobody knows if it lives loses the directory, once it
   *     has shown no sign of life for a while
   * @throws OutputInUseException if somebody else has it; the message names the owner
   */
  public static RunOwner claim(StoredDirectory directory, boolean takeOver) throws IOException {
    return claim(directory, takeOver, ProcessIdentity.current(), Pulse.DEFAULT);
  }

  static RunOwner claim(
      StoredDirectory directory, boolean takeOver, ProcessIdentity process, Pulse pulse)
      throws IOException {
    RunOwner owner = new RunOwner(directory, pulse);
    boolean claimed = false;
    try {
      owner.compete(takeOver, process);
      claimed = true;
      owner.heart.scheduleAtFixedRate(
          owner::beat, 0, pulse.interval().toMillis(), TimeUnit.MILLISECONDS);
      return owner;
    } finally {
      if (!claimed) {
        owner.heart.shutdown();
      }
    }
  }

  /**
   * Who has a directory, as somebody sees it who does not want it.
   *
   * @param id of the claim
   * @param since when the claim was made, UTC
   * @param dead whether its process is known to live no more
   * @param alive whether its process is known to live
   * @param lastSign of its life, by the clock of the file system
   */
  public record Holder(
      String id,
      ProcessIdentity process,
      String since,
      boolean dead,
      boolean alive,
      Instant lastSign) {

    /** The owner in a few words. */
    public String describe() {
      return process + ", since " + since;
    }
  }

  /**
   * The last one that got a directory and did not give it back, be it alive or not; nothing is
   * changed.
   */
  public static Optional<Holder> holder(StoredDirectory directory) throws IOException {
    Holder last = null;
    for (Rival rival : rivals(directory, "")) {
      long sign = lastSign(directory, rival.id());
      // Without a sign of life it is one that competes for the directory at this moment.
      if (sign != 0 && (last == null || last.lastSign().toEpochMilli() < sign)) {
        Life life = rival.process().life();
        last =
            new Holder(
                rival.id(),
                rival.process(),
                rival.since(),
                life == Life.DEAD,
                life == Life.ALIVE,
                Instant.ofEpochMilli(sign));
      }
    }
    return Optional.ofNullable(last);
  }

  /**
   * Requires that a claim could be had, as far as that can be seen without making one.
   *
   * @param takeOver see {@link #claim(StoredDirectory, boolean)}
   * @throws OutputInUseException if somebody else has the directory
   */
  public static void requireFree(StoredDirectory directory, boolean takeOver) throws IOException {
    Holder holder = holder(directory).orElse(null);
    if (holder == null || holder.dead()) {
      return;
    }
    boolean silent = Instant.now().isAfter(holder.lastSign().plus(SILENCE));
    if (holder.alive() || !takeOver || !silent) {
      throw new OutputInUseException(
          directory.location()
              + ": the "
              + directory.kind()
              + " is in use by "
              + holder.describe()
              + (holder.alive()
                  ? "; two runs cannot write to one directory"
                  : takeOver
                      ? "; it has just shown a sign of life, so that it cannot be taken over"
                      : "; whether that run still lives cannot be seen from here; if it does not, say"
                          + " --take-over"));
    }
  }

  /** Tells this claim from all others. */
  public String id() {
    return id;
  }

  /**
   * Another process's claim.
   *
   * @param complete whether its content is there already; a file system may show a file before
   */
  private record Rival(String id, boolean complete, ProcessIdentity process, String since) {

    String describe() {
      return complete ? process + ", since " + since : "a run whose claim is empty";
    }
  }

  private void compete(boolean takeOver, ProcessIdentity process) throws IOException {
    Set<String> dismissed = new HashSet<>();
    for (Rival rival : rivals()) {
      dismissIfGone(rival, takeOver, dismissed);
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      writeClaim(process);
      List<Rival> others = new ArrayList<>(rivals());
      others.removeIf(rival -> dismissed.contains(rival.id()));
      if (others.isEmpty()) {
        for (String gone : dismissed) {
          remove(gone);
        }
        return;
      }
      remove(id);
      for (Rival rival : others) {
        if (lastSign(rival.id()) != 0) {
          throw inUse(rival, "two runs cannot write to one directory");
        }
      }
      if (attempt == ATTEMPTS - 1) {
        throw inUse(others.get(0), "if that run lives no more, say --take-over");
      }
      pause(
          Duration.ofMillis(
              1 + ThreadLocalRandom.current().nextLong(pulse.longestPause().toMillis())));
    }
  }

  private void dismissIfGone(Rival rival, boolean takeOver, Set<String> dismissed)
      throws IOException {
    Life life = rival.process().life();
    if (life == Life.DEAD) {
      dismissed.add(rival.id());
    } else if (life == Life.ALIVE || !rival.complete() && !takeOver) {
      // It may be a competitor that is about to take its claim back: the competition will tell.
      return;
    } else if (!takeOver) {
      throw inUse(
          rival,
          "whether that run still lives cannot be seen from here; if it does not, say --take-over");
    } else if (isSilent(rival)) {
      dismissed.add(rival.id());
    } else {
      throw inUse(rival, "it has just shown a sign of life, so that it cannot be taken over");
    }
  }

  /** Whether an owner shows no sign of life while this looks on. */
  private boolean isSilent(Rival rival) throws IOException {
    long before = lastSign(rival.id());
    for (long waited = 0;
        waited < pulse.silence().toMillis();
        waited += pulse.interval().toMillis()) {
      pause(pulse.interval());
      if (lastSign(rival.id()) != before) {
        return false;
      }
    }
    return true;
  }

  /** Time of a claim's last sign of life by the clock of the file system; 0 without any. */
  private long lastSign(String claim) throws IOException {
    return lastSign(directory, claim);
  }

  private static long lastSign(StoredDirectory directory, String claim) throws IOException {
    try {
      return directory
          .fileSystem()
          .getFileStatus(file(directory, claim, BEAT))
          .getModificationTime();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  /**
   * Requires that the directory still belongs to this process; to be called before anything is
   * committed.
   *
   * @throws OutputInUseException if it was taken over
   */
  public void requireOwned() throws IOException {
    if (fileSystem.exists(file(id, CLAIM))) {
      return;
    }
    List<Rival> rivals = rivals();
    throw new OutputInUseException(
        directory.location()
            + ": the "
            + directory.kind()
            + " was taken over"
            + (rivals.isEmpty() ? "" : " by " + rivals.get(0).describe())
            + "; this run ends without writing to it again");
  }

  private OutputInUseException inUse(Rival rival, String why) {
    return new OutputInUseException(
        directory.location()
            + ": the "
            + directory.kind()
            + " is in use by "
            + rival.describe()
            + "; "
            + why);
  }

  private List<Rival> rivals() throws IOException {
    return rivals(directory, id);
  }

  private static List<Rival> rivals(StoredDirectory directory, String own) throws IOException {
    List<Rival> rivals = new ArrayList<>();
    for (FileStatus status : directory.list(StoredDirectory.OWNER)) {
      String name = status.getPath().getName();
      if (name.endsWith(CLAIM) && !name.equals(own + CLAIM)) {
        readClaim(directory, name.substring(0, name.length() - CLAIM.length()), rivals);
      }
    }
    return rivals;
  }

  private static void readClaim(StoredDirectory directory, String claim, List<Rival> rivals)
      throws IOException {
    String name = StoredDirectory.OWNER + "/" + claim + CLAIM;
    try {
      byte[] content = directory.read(name, BoundedJson.LARGEST);
      JsonNode json =
          content.length == 0
              ? new ObjectMapper().createObjectNode()
              : BoundedJson.read(content, directory.path(name).toString());
      rivals.add(
          new Rival(
              claim,
              content.length > 0,
              ProcessIdentity.fromJson(json.path("process")),
              json.path("since").asText()));
    } catch (FileNotFoundException e) {
      // Taken back since it was listed.
      return;
    }
  }

  private void writeClaim(ProcessIdentity process) throws IOException {
    ObjectNode claim = new ObjectMapper().createObjectNode();
    claim.set("process", process.toJson());
    claim.put("since", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    try (HashedFile file = new HashedFile(fileSystem, file(id, CLAIM), summary -> {})) {
      file.stream().write(BoundedJson.write(claim));
    }
  }

  /** A run that came to nothing leaves nothing. */
  private void removeDirectoryIfEmpty() {
    if (madeDirectory) {
      try {
        fileSystem.delete(directory.path(StoredDirectory.OWNER), false);
        fileSystem.delete(directory.path(""), false);
      } catch (IOException e) {
        // It is not empty.
        return;
      }
    }
  }

  private void remove(String claim) throws IOException {
    fileSystem.delete(file(claim, CLAIM), false);
    fileSystem.delete(file(claim, BEAT), false);
  }

  private void beat() {
    try {
      fileSystem.create(file(id, BEAT), true).close();
    } catch (IOException | RuntimeException e) {
      // The next one may succeed, if this one does not end the schedule; commits look at the claim
      // itself.
      return;
    }
  }

  private Path file(String claim, String kind) {
    return file(directory, claim, kind);
  }

  private static Path file(StoredDirectory directory, String claim, String kind) {
    return directory.path(StoredDirectory.OWNER + "/" + claim + kind);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while claiming a directory", e);
    }
  }

  /** Gives the directory back. */
  @Override
  public void close() {
    heart.shutdownNow();
    try {
      if (!heart.awaitTermination(pulse.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      remove(id);
      removeDirectoryIfEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
