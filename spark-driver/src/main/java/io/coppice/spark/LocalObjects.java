package io.coppice.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The work and the results of jobs whose tasks run in the driver's own JVM. A task that outlives
 * its job (Spark gave it up, or another attempt was faster) finds nothing and leaves nothing here.
 */
final class LocalObjects {

  private static final Map<String, LocalObjects> JOBS = new ConcurrentHashMap<>();

  private final Object work;
  private final Map<Long, Object> results = new ConcurrentHashMap<>();

  private LocalObjects(Object work) {
    this.work = work;
  }

  static void open(String job, Object work) {
    JOBS.put(job, new LocalObjects(work));
  }

  static Object work(String job) {
    return of(job).work;
  }

  /**
   * @param attempt Spark's number of the task's attempt, different for every one
   */
  static void putResult(String job, long attempt, Object result) {
    of(job).results.put(attempt, result);
  }

  static Object result(String job, long attempt) {
    Object result = of(job).results.get(attempt);
    if (result == null) {
      throw new IllegalStateException("attempt " + attempt + " of job " + job + " left no result");
    }
    return result;
  }

  static void close(String job) {
    JOBS.remove(job);
  }

  private static LocalObjects of(String job) {
    LocalObjects objects = JOBS.get(job);
    if (objects == null) {
      throw new IllegalStateException("job " + job + " has ended");
    }
    return objects;
  }
}
