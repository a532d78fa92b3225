package io.coppice.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
  private static final String[] IDX_SPELLINGS = {"-ubyte", "-ubyte.gz"};

  /** The format whose files are there. */
  public static DatasetFormat detect(DataSource source) throws IOException {
    for (DatasetFormat format : values()) {
      if (format.isPresent(source)) {
        return format;
      }
    }
    throw new InvalidDataException(
        source.locate("")
            + ": no data set was found; expected train-images-idx3-ubyte (plain or .gz) and its three companions, "
            + CIFAR10_TRAIN.get(0)
            + " (CIFAR-10) or "
            + CIFAR100_TRAIN
            + " (CIFAR-100)");
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
   * Reads training and test images, all files checked.
   *
   * @param classes number of classes for IDX files, 0 to take it from the training labels
   */
  public Dataset read(DataSource source, int classes) throws IOException {
    return switch (this) {
      case IDX -> {
        IdxReader reader = new IdxReader(source);
        ImageSet train =
            reader.read(
                idxName(source, "train-images-idx3"),
                idxName(source, "train-labels-idx1"),
                classes);
        ImageSet test =
            reader.read(
                idxName(source, "t10k-images-idx3"),
                idxName(source, "t10k-labels-idx1"),
                train.classes());
        yield new Dataset(train, test);
      }
      case CIFAR10 -> readCifar(source, CifarReader.Variant.CIFAR10, CIFAR10_TRAIN, CIFAR10_TEST);
      case CIFAR100 ->
          readCifar(source, CifarReader.Variant.CIFAR100, List.of(CIFAR100_TRAIN), CIFAR100_TEST);
    };
  }

  private static Dataset readCifar(
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
    CifarReader reader = new CifarReader(source, variant);
    return new Dataset(reader.read(train), reader.read(List.of(test)));
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
