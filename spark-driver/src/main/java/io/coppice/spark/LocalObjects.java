package io.coppice.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run's driver and its tasks hand each other where they share a JVM: work by its key, and
 * the results of the tasks that did it. A task that outlives its job (Spark gave it up, or another
 * attempt was faster) finds nothing and leaves nothing here.
 */
final class LocalObjects {

  private record Shared(Object work, Map<Long, Object> results) {}

  private final Map<String, Shared> open = new ConcurrentHashMap<>();

  void open(String key, Object work) {
    open.put(key, new Shared(work, new ConcurrentHashMap<>()));
  }

  Object work(String key) {
    return of(key).work();
  }

  /**
   * @param attempt Spark's number of the task's attempt, different for every one
   */
  void putResult(String key, long attempt, Object result) {
    of(key).results().put(attempt, result);
  }

  Object result(String key, long attempt) {
    Object result = of(key).results().get(attempt);
    if (result == null) {
      throw new IllegalStateException("attempt " + attempt + " of job " + key + " left no result");
    }
    return result;
  }

  void close(String key) {
    open.remove(key);
  }

  void closeAll() {
    open.clear();
  }

  private Shared of(String key) {
    Shared shared = open.get(key);
    if (shared == null) {
      throw new IllegalStateException("job " + key + " has ended");
    }
    return shared;
  }
}
