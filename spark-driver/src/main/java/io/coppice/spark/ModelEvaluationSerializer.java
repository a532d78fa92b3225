package io.coppice.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.coppice.model.ConfusionMatrix;
import io.coppice.model.ModelEvaluation;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an evaluation by the pairs of classes that it counted: of many classes those are far fewer
 * than there are.
 */
final class ModelEvaluationSerializer extends Serializer<ModelEvaluation> {

  ModelEvaluationSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, ModelEvaluation evaluation) {
    ConfusionMatrix confusion = evaluation.confusion();
    int classes = confusion.labels().size();
    output.writeDouble(evaluation.lossSum());
    output.writeInt(classes, true);
    confusion.labels().forEach(output::writeString);
    for (int label = 0; label < classes; label++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        if (confusion.count(label, predicted) > 0) {
          output.writeInt(label, true);
          output.writeInt(predicted, true);
          output.writeLong(confusion.count(label, predicted), true);
        }
      }
    }
    output.writeInt(classes, true);
  }

  @Override
  public ModelEvaluation read(Kryo kryo, Input input, Class<ModelEvaluation> type) {
    double lossSum = input.readDouble();
    int classes = input.readInt(true);
    List<String> labels = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      labels.add(input.readString());
    }
    long[][] counts = new long[classes][classes];
    for (int label = input.readInt(true); label < classes; label = input.readInt(true)) {
      int predicted = input.readInt(true);
      counts[label][predicted] = input.readLong(true);
    }
    return ModelEvaluation.of(labels, lossSum, counts);
  }
}
