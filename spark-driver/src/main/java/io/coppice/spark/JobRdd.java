package io.coppice.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The tasks of a job of one stage, one a partition, each of which gives some bytes. A class of its
 * own and named functions instead of {@code map} and lambdas, because Spark looks into the byte
 * code of every lambda of every job: half of what an empty round costs its driver.
 */
abstract class JobRdd extends RDD<byte[]> {

  private static final long serialVersionUID = 1L;

  private static final Seq<Dependency<?>> NO_DEPENDENCIES =
      JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq();

  private final int tasks;

  JobRdd(SparkContext spark, int tasks) {
    super(spark, NO_DEPENDENCIES, ClassTag$.MODULE$.apply(byte[].class));
    this.tasks = tasks;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks).mapToObj(TaskPartition::new).toArray(Partition[]::new);
  }

  /** Begins the job; its result is what the tasks gave, in their order. */
  SimpleFutureAction<byte[][]> submit() {
    byte[][] replies = new byte[tasks][];
    List<Object> all = IntStream.range(0, tasks).<Object>mapToObj(i -> i).toList();
    return context()
        .submitJob(
            this,
            new OnlyReply(),
            JavaConverters.asScalaBuffer(all).toSeq(),
            new AbstractFunction2<Object, byte[], BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object index, byte[] reply) {
                replies[(Integer) index] = reply;
                return BoxedUnit.UNIT;
              }
            },
            new AbstractFunction0<byte[][]>() {
              @Override
              public byte[][] apply() {
                return replies;
              }
            });
  }

  /** A partition's reply. */
  private static final class OnlyReply extends AbstractFunction1<Iterator<byte[]>, byte[]>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] apply(Iterator<byte[]> replies) {
      return replies.next();
    }
  }
}
