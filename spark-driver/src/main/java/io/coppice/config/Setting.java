package io.coppice.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Documents one key of the configuration: what it means, its default and its range. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** What the key means, in one sentence. */
  String description();

  /** Default as it would stand in the file; not used for sections. */
  String value() default "";

  /** Smallest allowed number. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest allowed number. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@code min} itself is not allowed. */
  boolean aboveMin() default false;

  /**
   * Whether the value leaves the result alone, so that a run may go on with another one than it
   * began with.
   */
  boolean operational() default false;
}
