package io.coppice.spark;

import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * The tasks of a job, one a partition, each of which gives some bytes. A class of its own instead
 * of {@code map}, because Spark looks into the byte code of every lambda of every job.
 */
abstract class JobRdd extends RDD<byte[]> {

  private static final long serialVersionUID = 1L;

  JobRdd(SparkContext spark, List<Dependency<?>> dependencies) {
    super(
        spark,
        JavaConverters.asScalaBuffer(dependencies).toSeq(),
        ClassTag$.MODULE$.apply(byte[].class));
  }
}
