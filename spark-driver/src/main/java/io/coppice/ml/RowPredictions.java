package io.coppice.ml;

import io.coppice.data.InvalidDataException;
import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import io.coppice.model.Predictions;
import io.coppice.model.Predictor;
import io.coppice.onednn.KernelThreads;
import io.coppice.source.ColumnImages;
import io.coppice.source.TaskEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.WeakHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adds a model's predictions to the rows of a partition, in batches: rows are asked for only when
 * theirs are.
 *
 * @param model as its file
 * @param images how features are images
 * @param features place of the column of features
 * @param outputs what is added
 * @param decision which class it is, by the probabilities
 * @param skipInvalid whether rows without an image are left out
 */
record RowPredictions(
    Broadcast<byte[]> model,
    ColumnImages images,
    int features,
    OutputColumns outputs,
    Decision decision,
    boolean skipInvalid)
    implements MapPartitionsFunction<Row, Row> {

  private static final int BATCH = 128;

  /** The model of each file that this JVM holds; as long as it does. */
  private static final Map<byte[], CompactModel> MODELS =
      Collections.synchronizedMap(new WeakHashMap<>());

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Batches batches = new Batches(rows);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskEnd.closes(task, batches);
    }
    return batches;
  }

  private CompactModel model(byte[] file) {
    return MODELS.computeIfAbsent(file, ModelFile::ofBytes);
  }

  /** The rows of a partition with predictions. */
  private final class Batches implements Iterator<Row>, AutoCloseable {

    private final Iterator<Row> rows;
    private final ColumnImages.Reader reader = images.reader();
    private final Queue<Row> ready = new ArrayDeque<>();
    private long read;
    private @Nullable Predictor predictor;
    private boolean closed;

    Batches(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && !closed) {
        predict();
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      return ready.remove();
    }

    private void predict() {
      List<Row> batch = new ArrayList<>();
      List<byte[]> pixels = new ArrayList<>();
      while (batch.size() < BATCH && rows.hasNext()) {
        Row row = rows.next();
        read++;
        byte[] image = image(row);
        if (image != null) {
          batch.add(row);
          pixels.add(image);
        }
      }
      if (batch.isEmpty()) {
        close();
        return;
      }
      Predictions predictions = predictions(pixels);
      for (int i = 0; i < batch.size(); i++) {
        ready.add(with(batch.get(i), predictions, i));
      }
    }

    private byte @Nullable [] image(Row row) {
      try {
        return reader.read(row.get(features));
      } catch (InvalidDataException e) {
        if (skipInvalid) {
          return null;
        }
        TaskContext task = TaskContext.get();
        throw new InvalidDataException(
            "row "
                + read
                + (task == null ? "" : " of partition " + task.partitionId())
                + ", "
                + e.getMessage()
                + "; with handleInvalid = skip such rows are passed over");
      }
    }

    private Predictions predictions(List<byte[]> pixels) {
      byte[] all = new byte[pixels.size() * images.size()];
      for (int i = 0; i < pixels.size(); i++) {
        System.arraycopy(pixels.get(i), 0, all, i * images.size(), images.size());
      }
      // A batch after the first one is never larger: that one is full, or the only one.
      Predictor made = predictor;
      if (made == null) {
        made = model(model.value()).predictor(pixels.size());
        predictor = made;
      }
      // Not the thread of the task, where rows go on to a process of Python.
      try (KernelThreads threads = KernelThreads.ofThisThread(1)) {
        return made.predict(all);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        reader.close();
        if (predictor != null) {
          predictor.close();
        }
      }
    }
  }

  private Row with(Row row, Predictions predictions, int image) {
    List<Object> values = new ArrayList<>();
    for (int place = 0; place < row.size(); place++) {
      values.add(row.get(place));
    }
    double[] logits = doubles(predictions.logits(image));
    double[] probabilities = Decision.probabilities(logits);
    if (!outputs.rawPrediction().isEmpty()) {
      values.add(Vectors.dense(logits));
    }
    if (!outputs.probability().isEmpty()) {
      values.add(Vectors.dense(probabilities));
    }
    if (!outputs.prediction().isEmpty()) {
      values.add((double) decision.of(probabilities));
    }
    return RowFactory.create(values.toArray());
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
