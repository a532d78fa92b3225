package io.coppice.spark;

import com.esotericsoftware.kryo.Kryo;
import io.coppice.model.ModelComparison;
import io.coppice.model.ModelEvaluation;
import io.coppice.structure.Mask;
import io.coppice.structure.RoundMasks;
import io.coppice.structure.StepMasks;
import io.coppice.train.Evaluation;
import io.coppice.train.RoundWork;
import io.coppice.train.ShardOutcome;
import io.coppice.train.ShardResult;
import io.coppice.train.StatisticsSums;
import io.coppice.train.StepSums;
import java.util.ArrayList;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers every class that travels between driver and executors, so that nothing else ever can.
 */
public final class CoppiceKryoRegistrator implements KryoRegistrator {

  @Override
  public void registerClasses(Kryo kryo) {
    // The order is part of the wire format between driver and executors, which run the same jar.
    registerRecord(kryo, RoundWork.class);
    registerRecord(kryo, RoundMasks.class);
    registerRecord(kryo, StepMasks.class);
    registerRecord(kryo, ShardOutcome.class);
    registerRecord(kryo, StepSums.class);
    registerRecord(kryo, ShardResult.class);
    registerRecord(kryo, ShardResult.Divergence.class);
    registerRecord(kryo, TaskReply.class);
    registerRecord(kryo, Evaluation.class);
    registerRecord(kryo, StatisticsSums.class);
    registerRecord(kryo, EvaluationWork.class);
    registerRecord(kryo, StepTiming.class);
    registerRecord(kryo, CandidateWork.class);
    kryo.register(ModelEvaluation.class, new ModelEvaluationSerializer());
    registerRecord(kryo, ModelComparison.class);
    kryo.register(Mask.class);
    kryo.register(float[].class, new FloatArraySerializer());
    kryo.register(double[].class);
    kryo.register(double[][].class);
    kryo.register(long[].class);
    kryo.register(int[].class);
    kryo.register(byte[].class);
    kryo.register(Object[].class);
    kryo.register(byte[][].class);
    kryo.register(ArrayList.class);
  }

  private static <T extends Record> void registerRecord(Kryo kryo, Class<T> type) {
    kryo.register(type, new RecordSerializer<>(type));
  }
}
