package io.coppice.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cluster, as one line tells it.
 *
 * @param executors each taken to be a machine of its own
 * @param cores of each executor
 * @param memoryBytes of each executor, inside and outside its heap
 * @param gigabits of each machine's link, Gbit/s each way
 */
public record ClusterDescription(int executors, int cores, long memoryBytes, double gigabits) {

  private static final String EXAMPLE = "8 executors, 4 cores, 16g, 10 Gbit/s";

  private static final Pattern EXECUTORS = Pattern.compile("(\\d{1,6}) ?executors?");
  private static final Pattern CORES = Pattern.compile("(\\d{1,4}) ?cores?");
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,7}) ?([gm])(?:i?b)?");
  private static final Pattern LINK =
      Pattern.compile("(\\d{1,4}(?:\\.\\d{1,3})?) ?(?:gbit/s|gbps|gbit)");

  /**
   * Reads one: number of executors, cores and memory of each, and the speed of the network, with
   * commas between them in any order.
   *
   * @throws IllegalArgumentException naming all that is missing, unknown, or 0
   */
  public static ClusterDescription parse(String line) {
    Parts parts = new Parts();
    for (String part : line.split(",", -1)) {
      parts.read(part.trim());
    }
    return parts.description(line);
  }

  /** What was read so far; 0 stands for nothing. */
  private static final class Parts {
    private final List<String> problems = new ArrayList<>();
    private int executors;
    private int cores;
    private long memory;
    private double gigabits;

    void read(String part) {
      String small = part.toLowerCase(Locale.ROOT);
      Matcher executorsFound = EXECUTORS.matcher(small);
      Matcher coresFound = CORES.matcher(small);
      Matcher memoryFound = MEMORY.matcher(small);
      Matcher linkFound = LINK.matcher(small);
      if (executorsFound.matches()) {
        once(executors, part);
        executors = Integer.parseInt(executorsFound.group(1));
      } else if (coresFound.matches()) {
        once(cores, part);
        cores = Integer.parseInt(coresFound.group(1));
      } else if (memoryFound.matches()) {
        once((double) memory, part);
        memory =
            Long.parseLong(memoryFound.group(1)) << (memoryFound.group(2).equals("g") ? 30 : 20);
      } else if (linkFound.matches()) {
        once(gigabits, part);
        gigabits = Double.parseDouble(linkFound.group(1));
      } else {
        problems.add(
            "'" + part + "' is none of executors, cores, memory (16g) and network (10 Gbit/s)");
      }
    }

    private void once(double before, String part) {
      if (before != 0) {
        problems.add("'" + part + "' says again what was said before");
      }
    }

    private void require(double value, String what) {
      if (value <= 0) {
        problems.add("it does not say " + what + ", which must be more than 0");
      }
    }

    ClusterDescription description(String line) {
      require(executors, "how many executors there are");
      require(cores, "how many cores each has");
      require((double) memory, "how much memory each has");
      require(gigabits, "how fast the network is");
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "the cluster '"
                + line
                + "': "
                + String.join("; ", problems)
                + ". Expected something like '"
                + EXAMPLE
                + "'");
      }
      return new ClusterDescription(executors, cores, memory, gigabits);
    }
  }

  /** Cores of all executors. */
  public int allCores() {
    return Math.multiplyExact(executors, cores);
  }

  /** Of every machine. */
  public Link link() {
    return Link.ofGigabits(gigabits);
  }

  /** The same with another number of executors. */
  public ClusterDescription withExecutors(int newExecutors) {
    return new ClusterDescription(newExecutors, cores, memoryBytes, gigabits);
  }
}
