package io.coppice.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The formats in which a data set can lie in a directory, under the names that its authors gave the
 * files.
 */
public enum DatasetFormat {
  /** MNIST, Fashion-MNIST and relatives: four IDX files, plain or gzip. */
  IDX,
  /** CIFAR-10: {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}. */
  CIFAR10,
  /** CIFAR-100: {@code train.bin} and {@code test.bin}. */
  CIFAR100;

  private static final List<String> CIFAR10_TRAIN =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  private static final String CIFAR10_TEST = "test_batch.bin";
  private static final String CIFAR100_TRAIN = "train.bin";
  private static final String CIFAR100_TEST = "test.bin";

  /** Labels of IDX files are bytes. */
  private static final int MOST_CLASSES = 256;

  /** Bytes of images that are read by one task. */
  private static final int BYTES_OF_A_PART = 32 << 20;

  private static final String[] IDX_SPELLINGS = {"-ubyte", "-ubyte.gz"};

  /** The format whose files are there, if any are. */
  public static Optional<DatasetFormat> find(DataSource source) throws IOException {
    for (DatasetFormat format : values()) {
      if (format.isPresent(source)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The format whose files are there. */
  public static DatasetFormat detect(DataSource source) throws IOException {
    return find(source)
        .orElseThrow(
            () ->
                new InvalidDataException(
                    source.locate("")
                        + ": no data set was found; expected train-images-idx3-ubyte (plain or .gz) and its three"
                        + " companions, "
                        + CIFAR10_TRAIN.get(0)
                        + " (CIFAR-10), "
                        + CIFAR100_TRAIN
                        + " (CIFAR-100), or a folder of images for each class, files of a table or tar archives in a folder train"));
  }

  /** Name in the configuration. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private boolean isPresent(DataSource source) throws IOException {
    return switch (this) {
      case IDX -> idxExists(source, "train-images-idx3");
      case CIFAR10 -> source.exists(CIFAR10_TRAIN.get(0));
      case CIFAR100 -> source.exists(CIFAR100_TRAIN);
    };
  }

  /**
   * Looks for the files of a data set, and reads what they say of themselves.
   *
   * @param classes number of classes of IDX files, 0 to take it from the training labels
   * @throws InvalidDataException if files are missing, or are not of this format, or the shapes of
   *     training and test images differ
   */
  public DatasetFiles files(DataSource source, int classes) throws IOException {
    return switch (this) {
      case IDX -> idx(source, classes);
      case CIFAR10 -> cifar(source, CifarReader.Variant.CIFAR10, CIFAR10_TRAIN, CIFAR10_TEST);
      case CIFAR100 ->
          cifar(source, CifarReader.Variant.CIFAR100, List.of(CIFAR100_TRAIN), CIFAR100_TEST);
    };
  }

  private static DatasetFiles idx(DataSource source, int classes) throws IOException {
    String trainImages = idxName(source, "train-images-idx3");
    String trainLabels = idxName(source, "train-labels-idx1");
    String testImages = idxName(source, "t10k-images-idx3");
    String testLabels = idxName(source, "t10k-labels-idx1");
    IdxHeader train = IdxHeader.read(source, trainImages, trainLabels);
    IdxHeader test = IdxHeader.read(source, testImages, testLabels);
    if (train.rows() != test.rows() || train.columns() != test.columns()) {
      throw new InvalidDataException(
          source.locate("")
              + ": the training images are "
              + shape(train)
              + " but the test images are "
              + shape(test));
    }
    return new DatasetFiles(
        1,
        train.rows(),
        train.columns(),
        classes,
        idxParts(train, trainImages, trainLabels, classes),
        idxParts(test, testImages, testLabels, classes));
  }

  private static String shape(IdxHeader header) {
    return "1x" + header.rows() + "x" + header.columns();
  }

  private static List<FilePart> idxParts(
      IdxHeader header, String images, String labels, int classes) {
    int most =
        header.packed() ? header.count() : Math.max(1, BYTES_OF_A_PART / header.imageBytes());
    List<FilePart> parts = new ArrayList<>();
    for (int first = 0; first < header.count(); first += most) {
      int count = Math.min(most, header.count() - first);
      parts.add(new IdxPart(images, labels, first, count, classes == 0 ? MOST_CLASSES : classes));
    }
    return parts;
  }

  private static DatasetFiles cifar(
      DataSource source, CifarReader.Variant variant, List<String> train, String test)
      throws IOException {
    List<String> missing = new ArrayList<>();
    for (String name : train) {
      if (!source.exists(name)) {
        missing.add(source.locate(name));
      }
    }
    if (!source.exists(test)) {
      missing.add(source.locate(test));
    }
    if (!missing.isEmpty()) {
      throw new InvalidDataException("missing: " + String.join(", ", missing));
    }
    return new DatasetFiles(
        CifarReader.CHANNELS,
        CifarReader.SIDE,
        CifarReader.SIDE,
        variant.classes(),
        train.stream().<FilePart>map(name -> new CifarPart(variant, name)).toList(),
        List.of(new CifarPart(variant, test)));
  }

  private static boolean idxExists(DataSource source, String stem) throws IOException {
    for (String spelling : IDX_SPELLINGS) {
      if (source.exists(stem + spelling)) {
        return true;
      }
    }
    return false;
  }

  private static String idxName(DataSource source, String stem) throws IOException {
    for (String spelling : IDX_SPELLINGS) {
      if (source.exists(stem + spelling)) {
        return stem + spelling;
      }
    }
    throw new InvalidDataException(
        "missing: " + source.locate(stem + "-ubyte") + " (plain or .gz)");
  }
}
