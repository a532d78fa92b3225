package io.coppice.dl4j;

import io.coppice.data.InvalidDataException;
import io.coppice.network.Shape;
import io.coppice.spark.JobLabel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of data when all are looked at once: how many examples, their shape, the values of
 * each channel, and what is wrong with them. The same for any order of the partitions but for which
 * problems are shown.
 */
final class FeatureSurvey {

  private static final int SHOWN_PROBLEMS = 5;

  private @Nullable Shape shape;
  private int classes;
  private long examples;
  private ChannelValues[] channels = {};
  private long problemCount;
  private final List<String> problems = new ArrayList<>();

  /** Looks at one partition. */
  record OfPartition(@Nullable Shape flattened)
      implements Function2<Integer, Iterator<Minibatch>, Iterator<byte[]>> {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<byte[]> call(Integer partition, Iterator<Minibatch> minibatches) {
      FeatureSurvey survey = new FeatureSurvey();
      for (int number = 0; minibatches.hasNext(); number++) {
        survey.add(minibatches.next(), flattened, where(partition, number));
      }
      return List.of(survey.toBytes()).iterator();
    }
  }

  /** The place of a minibatch in an RDD, for messages. */
  static String where(int partition, int number) {
    return "partition " + partition + ", element " + number;
  }

  /**
   * Looks at all data.
   *
   * @param flattened shape of flattened features; null where the network does not take such
   * @throws InvalidDataException naming the first problems, if there is any, or no example
   */
  static FeatureSurvey of(JavaRDD<Minibatch> data, @Nullable Shape flattened) {
    FeatureSurvey all = new FeatureSurvey();
    try (JobLabel label =
        JobLabel.of(
            JavaSparkContext.fromSparkContext(data.context()), "", "", "looking at the data")) {
      data.mapPartitionsWithIndex(new OfPartition(flattened), true)
          .collect()
          .forEach(part -> all.add(ofBytes(part)));
    }
    if (all.problemCount > 0) {
      throw new InvalidDataException(
          "the data to fit: "
              + all.problemCount
              + (all.problemCount == 1 ? " element" : " elements")
              + " that cannot be learned from\n  - "
              + String.join("\n  - ", all.problems)
              + (all.problemCount > all.problems.size()
                  ? "\n  - and " + (all.problemCount - all.problems.size()) + " more"
                  : ""));
    }
    if (all.examples == 0) {
      throw new InvalidDataException("the data to fit: expected examples, found none");
    }
    return all;
  }

  private void add(Minibatch minibatch, @Nullable Shape flattened, String where) {
    try {
      Examples found = Examples.of(minibatch, flattened, where);
      requireSame(found.shape(), found.classes(), where);
      examples += found.labels().length;
      float[] features = found.features();
      int area = found.shape().area();
      for (int i = 0; i < features.length; i++) {
        channels[i / area % channels.length].add(features[i]);
      }
    } catch (InvalidDataException e) {
      addProblem(String.valueOf(e.getMessage()));
    }
  }

  private void addProblem(String problem) {
    problemCount++;
    if (problems.size() < SHOWN_PROBLEMS) {
      problems.add(problem);
    }
  }

  private void requireSame(Shape other, int otherClasses, String where) {
    if (shape == null) {
      shape = other;
      classes = otherClasses;
      channels = new ChannelValues[other.channels()];
      for (int channel = 0; channel < channels.length; channel++) {
        channels[channel] = new ChannelValues();
      }
    } else if (!shape.equals(other) || classes != otherClasses) {
      throw new InvalidDataException(
          where
              + ": expected features of "
              + shape
              + " and labels of "
              + classes
              + " classes as before, found "
              + other
              + " and "
              + otherClasses);
    }
  }

  private void add(FeatureSurvey other) {
    if (other.shape != null) {
      try {
        requireSame(other.shape, other.classes, "a partition");
        for (int channel = 0; channel < channels.length; channel++) {
          channels[channel].add(other.channels[channel]);
        }
      } catch (InvalidDataException e) {
        addProblem(String.valueOf(e.getMessage()));
      }
    }
    examples += other.examples;
    problemCount += other.problemCount - other.problems.size();
    other.problems.forEach(this::addProblem);
  }

  /** Shape of every example's features. */
  Shape shape() {
    return Objects.requireNonNull(shape, "nothing was looked at");
  }

  /** Number of classes that labels tell apart. */
  int classes() {
    return classes;
  }

  long examples() {
    return examples;
  }

  /** The values of each channel. */
  List<ChannelValues> channels() {
    return List.of(channels);
  }

  private byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(examples);
      out.writeInt(channels.length);
      if (shape != null) {
        out.writeInt(shape.height());
        out.writeInt(shape.width());
        out.writeInt(classes);
        for (ChannelValues values : channels) {
          values.write(out);
        }
      }
      out.writeLong(problemCount);
      out.writeInt(problems.size());
      for (String problem : problems) {
        out.writeUTF(problem.substring(0, Math.min(problem.length(), 2000)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static FeatureSurvey ofBytes(byte[] bytes) {
    FeatureSurvey survey = new FeatureSurvey();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      survey.examples = in.readLong();
      survey.channels = new ChannelValues[in.readInt()];
      if (survey.channels.length > 0) {
        survey.shape = new Shape(survey.channels.length, in.readInt(), in.readInt());
        survey.classes = in.readInt();
        for (int channel = 0; channel < survey.channels.length; channel++) {
          survey.channels[channel] = ChannelValues.read(in);
        }
      }
      survey.problemCount = in.readLong();
      for (int left = in.readInt(); left > 0; left--) {
        survey.problems.add(in.readUTF());
      }
      return survey;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
