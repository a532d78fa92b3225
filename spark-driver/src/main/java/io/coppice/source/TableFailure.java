package io.coppice.source;

import io.coppice.data.InvalidDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.sql.AnalysisException;

/** Tells what it means when Spark cannot read a table. */
final class TableFailure {

  /** What readers of tables throw of files that are not what they should be. */
  private static final List<String> FORMATS = List.of("org.apache.parquet.", "org.apache.orc.");

  private static final String DRIVER_STACK = "\nDriver stacktrace";

  private TableFailure() {}

  /** Scala declares no exceptions; what a query throws is turned into what we throw. */
  static <T> T translated(String where, Supplier<T> query) {
    try {
      return query.get();
    } catch (Exception e) {
      throw of(where, e);
    }
  }

  /**
   * What is to be thrown: {@link InvalidDataException} where the table is not what it should be,
   * {@link UncheckedIOException} where it could not be had, and the failure itself where it is none
   * of the table.
   *
   * @param where it was read
   */
  static RuntimeException of(String where, Exception failure) {
    List<Throwable> causes = causes(failure);
    boolean ofSpark = false;
    boolean ofStorage = false;
    boolean ofFormat = false;
    for (Throwable cause : causes) {
      ofSpark |=
          cause instanceof FetchFailedException
              || cause instanceof TaskKilledException
              || cause instanceof InterruptedException
              || cause instanceof java.io.InterruptedIOException
              || cause instanceof java.nio.channels.ClosedByInterruptException;
      ofStorage |= cause instanceof IOException && !(cause instanceof EOFException);
      ofFormat |=
          cause instanceof AnalysisException
              || FORMATS.stream().anyMatch(cause.getClass().getName()::startsWith);
    }
    if (failure instanceof InvalidDataException || ofSpark || isOfJob(causes)) {
      throw sneaky(failure);
    }
    String reason = reason(causes);
    return ofStorage && !ofFormat
        ? new UncheckedIOException(new IOException(where + ": " + reason, failure))
        : new InvalidDataException(where + ": " + reason);
  }

  /** Whether Spark lost a job, which tells nothing of the table. */
  private static boolean isOfJob(List<Throwable> causes) {
    return causes.get(causes.size() - 1) instanceof org.apache.spark.SparkException lost
        && lost.getErrorClass() == null;
  }

  /** From the failure to what caused it. */
  private static List<Throwable> causes(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  /** The message of the innermost that has one. */
  private static String reason(List<Throwable> causes) {
    for (int i = causes.size() - 1; i >= 0; i--) {
      Throwable cause = causes.get(i);
      String message =
          cause instanceof AnalysisException analysis
              ? analysis.getSimpleMessage()
              : cause.getMessage();
      if (message != null && !message.isBlank()) {
        int stack = message.indexOf(DRIVER_STACK);
        return (stack < 0 ? message : message.substring(0, stack)).strip();
      }
    }
    return causes.get(0).getClass().getName();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the compiler's checks only
  private static <E extends Exception> RuntimeException sneaky(Exception failure) throws E {
    throw (E) failure;
  }
}
