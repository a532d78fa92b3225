package io.coppice.shards;

import io.coppice.data.InvalidDataException;
import io.coppice.data.Normalisation;
import io.coppice.model.CompactModel;
import io.coppice.source.SourceImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Judges what was found in a source: whether a run can have it, and what it comes to. */
final class DataReading {

  private static final int LEAST_CLASSES = 2;

  private final String source;
  private final SourceImages images;
  private final boolean skipUnreadable;

  DataReading(String source, SourceImages images, boolean skipUnreadable) {
    this.source = source;
    this.images = images;
    this.skipUnreadable = skipUnreadable;
  }

  /**
   * The summary of two surveys.
   *
   * @throws InvalidDataException if anything is wrong with the images
   * @throws IOException if they could not be read
   */
  DataSummary summary(Survey train, Survey test) throws IOException {
    for (Survey survey : List.of(train, test)) {
      requireRead(survey);
    }
    List<String> classes = classes(train);
    requireImages(train, "training");
    if (images.test() != null) {
      requireImages(test, "test");
    }
    requireEveryClass(train, classes);
    requireKnownClasses(test, classes, "as the training images have");
    return new DataSummary(
        source,
        images.shape(),
        classes,
        summary(train, classes.size(), trainFingerprint(train)),
        summary(test, classes.size(), test.fingerprint()),
        normalisation(train));
  }

  /** What the images are to the network: a normalisation that does not follow from them counts. */
  private String trainFingerprint(Survey train) {
    Normalisation given = images.normalisation();
    if (given == null) {
      return train.fingerprint();
    }
    MessageDigest digest = ContentKey.sha256();
    digest.update(train.fingerprint().getBytes(StandardCharsets.UTF_8));
    ByteBuffer numbers = ByteBuffer.allocate(2 * Float.BYTES * given.channels());
    for (float[] values : List.of(given.mean(), given.deviation())) {
      for (float value : values) {
        numbers.putFloat(value);
      }
    }
    digest.update(numbers.array());
    return HexFormat.of().formatHex(digest.digest());
  }

  private Normalisation normalisation(Survey train) {
    Normalisation given = images.normalisation();
    if (given == null) {
      return train.normalisation();
    }
    if (given.channels() != images.shape().channels()) {
      throw new InvalidDataException(
          source
              + ": expected a normalisation for each channel of images of "
              + images.shape()
              + ", found "
              + given.channels());
    }
    return given;
  }

  /**
   * Requires that a model can be tested on the test images.
   *
   * @param classes of the model
   * @throws InvalidDataException if anything is wrong with them
   * @throws IOException if they could not be read
   */
  void requireTest(Survey test, List<String> classes) throws IOException {
    requireRead(test);
    requireImages(test, "test");
    requireKnownClasses(test, classes, "as the model has classes");
  }

  private void requireRead(Survey survey) throws IOException {
    if (survey.count(Problem.Kind.STORAGE) > 0) {
      throw new IOException(message(survey, Problem.Kind.STORAGE, " could not be read"));
    }
    if (survey.count(Problem.Kind.INVALID) > 0) {
      throw new InvalidDataException(message(survey, Problem.Kind.INVALID, ""));
    }
    if (!skipUnreadable && survey.count(Problem.Kind.UNREADABLE) > 0) {
      throw new InvalidDataException(
          message(survey, Problem.Kind.UNREADABLE, "")
              + "\nset data.onBadImage=skip to pass over images that cannot be read");
    }
  }

  private String message(Survey survey, Problem.Kind kind, String what) {
    List<String> shown = survey.messages(kind);
    long count = survey.count(kind);
    if (count == 1) {
      return shown.get(0);
    }
    return source
        + what
        + ": "
        + count
        + " problems\n  - "
        + String.join("\n  - ", shown)
        + (shown.size() < count ? "\n  - and " + (count - shown.size()) + " more" : "");
  }

  private List<String> classes(Survey train) {
    return images.classes().isEmpty()
        ? CompactModel.numbered(Math.max(LEAST_CLASSES, train.ofClass().length))
        : images.classes();
  }

  private void requireImages(Survey survey, String what) {
    if (survey.images() == 0) {
      throw new InvalidDataException(
          source
              + ": expected "
              + what
              + " images, found none"
              + (survey.count(Problem.Kind.UNREADABLE) > 0
                  ? " that can be read (" + survey.count(Problem.Kind.UNREADABLE) + " cannot)"
                  : ""));
    }
  }

  private void requireEveryClass(Survey train, List<String> classes) {
    long present = Arrays.stream(train.ofClass()).filter(count -> count > 0).count();
    if (present < LEAST_CLASSES) {
      throw new InvalidDataException(
          source + ": expected training images of at least two classes, found one class only");
    }
    List<String> empty =
        IntStream.range(0, classes.size())
            .filter(label -> label >= train.ofClass().length || train.ofClass()[label] == 0)
            .mapToObj(classes::get)
            .toList();
    if (!empty.isEmpty()) {
      throw new InvalidDataException(
          source
              + ": expected training images of every class, found none of "
              + String.join(", ", empty)
              + " among "
              + classes.size()
              + " classes");
    }
  }

  private void requireKnownClasses(Survey test, List<String> classes, String why) {
    if (test.ofClass().length > classes.size()) {
      throw new InvalidDataException(
          source
              + ": expected labels from 0 to "
              + (classes.size() - 1)
              + " of the test images, "
              + why
              + ", found "
              + (test.ofClass().length - 1));
    }
  }

  private static ImagesSummary summary(Survey survey, int classes, String fingerprint) {
    return new ImagesSummary(
        survey.images(),
        LongStream.of(Arrays.copyOf(survey.ofClass(), classes)).boxed().toList(),
        fingerprint,
        survey.count(Problem.Kind.UNREADABLE),
        survey.contentBytes());
  }
}
