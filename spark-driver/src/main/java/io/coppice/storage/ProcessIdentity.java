package io.coppice.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Which process on which machine: enough to tell, from the same machine, whether it still lives.
 *
 * @param host name of the machine
 * @param machine since when that machine runs, and which of its process tables is meant: a number
 *     of a process means something only within these
 * @param pid number of the process
 * @param started when the process started, as numbers are used again
 * @param user its user
 */
public record ProcessIdentity(String host, String machine, long pid, String started, String user) {

  /** What is known of a process's life. */
  enum Life {
    ALIVE,
    DEAD,
    UNKNOWN
  }

  private static final String NOT_KNOWN = "";

  /** This process. */
  public static ProcessIdentity current() {
    return new ProcessIdentity(
        hostName(),
        machineName(),
        ProcessHandle.current().pid(),
        startOf(ProcessHandle.current()),
        System.getProperty("user.name"));
  }

  /** As it stands in files. */
  public ObjectNode toJson() {
    return new ObjectMapper().valueToTree(this);
  }

  /** What a file says; empty texts where it lacks something. */
  public static ProcessIdentity fromJson(JsonNode json) {
    return new ProcessIdentity(
        json.path("host").asText(),
        json.path("machine").asText(),
        json.path("pid").asLong(),
        json.path("started").asText(),
        json.path("user").asText());
  }

  /** Whether it lives, as far as this process can tell. */
  Life life() {
    if (machine.equals(NOT_KNOWN) || !machine.equals(machineName())) {
      return Life.UNKNOWN;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    boolean same = process.isPresent() && startOf(process.get()).equals(started);
    return same && process.get().isAlive() ? Life.ALIVE : Life.DEAD;
  }

  @Override
  public String toString() {
    return "process " + pid + " of " + user + " on " + host;
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse(NOT_KNOWN);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Boot of the machine and namespace of its processes, which containers have of their own. */
  private static String machineName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | SecurityException e) {
      return NOT_KNOWN;
    }
  }
}
