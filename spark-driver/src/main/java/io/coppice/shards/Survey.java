package io.coppice.shards;

import io.coppice.data.Normalisation;
import io.coppice.network.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What is seen of images when all are looked at once: counts, sums of pixels and of hashes, and the
 * problems among them. All of it are integers, so that surveys of parts add up to the same in any
 * order.
 */
final class Survey {

  private static final int SHOWN_PROBLEMS = 10;
  private static final int HASH_BITS = 256;
  private static final Comparator<Problem> BY_KIND =
      Comparator.comparing(Problem::kind).thenComparing(Problem::message);

  private final Shape shape;
  private final long[] ofBucket;
  private long[] ofClass = {};
  private final long[] sums;
  private final long[] squares;
  private long contentBytes;
  private BigInteger hashes = BigInteger.ZERO;
  private final Map<Problem.Kind, Long> problemCounts = new EnumMap<>(Problem.Kind.class);
  private final NavigableSet<Problem> problems = new TreeSet<>(BY_KIND);

  /** Of nothing yet. */
  Survey(Shape shape, int buckets) {
    this.shape = shape;
    this.ofBucket = new long[buckets];
    this.sums = new long[shape.channels()];
    this.squares = new long[shape.channels()];
  }

  /** Takes in what a bucket holds. */
  void add(int bucket, byte[] key, byte[] content) {
    if (ContentKey.isProblem(key)) {
      Problem problem = Problem.ofBytes(content);
      problemCounts.merge(problem.kind(), 1L, Long::sum);
      show(problem);
      return;
    }
    ImageRecord image = new ImageRecord(content, shape.channels());
    ofBucket[bucket]++;
    count(image.label(), 1);
    contentBytes += image.contentLength();
    hashes = hashes.add(ContentKey.hash(key));
    for (int channel = 0; channel < sums.length; channel++) {
      sums[channel] += image.sum(channel);
      squares[channel] += image.squares(channel);
    }
  }

  private void count(int label, long images) {
    if (label >= ofClass.length) {
      ofClass = Arrays.copyOf(ofClass, label + 1);
    }
    ofClass[label] += images;
  }

  private void show(Problem problem) {
    problems.add(problem);
    if (problems.size() > SHOWN_PROBLEMS) {
      problems.pollLast();
    }
  }

  /** Takes in the survey of other images of the same set. */
  void add(Survey other) {
    add(ofBucket, other.ofBucket);
    add(sums, other.sums);
    add(squares, other.squares);
    for (int label = 0; label < other.ofClass.length; label++) {
      count(label, other.ofClass[label]);
    }
    contentBytes += other.contentBytes;
    hashes = hashes.add(other.hashes);
    other.problemCounts.forEach((kind, count) -> problemCounts.merge(kind, count, Long::sum));
    other.problems.forEach(this::show);
  }

  private static void add(long[] all, long[] part) {
    for (int i = 0; i < all.length; i++) {
      all[i] += part[i];
    }
  }

  /** Images of each bucket. */
  long[] ofBucket() {
    return ofBucket;
  }

  long images() {
    return Arrays.stream(ofBucket).sum();
  }

  /** Bytes that the images take where they are kept. */
  long contentBytes() {
    return contentBytes;
  }

  /** Images of each class, up to the largest label that there is. */
  long[] ofClass() {
    return ofClass;
  }

  /** Number of problems of a kind. */
  long count(Problem.Kind kind) {
    return problemCounts.getOrDefault(kind, 0L);
  }

  /** The first messages of a kind, in their own order. */
  List<String> messages(Problem.Kind kind) {
    return problems.stream()
        .filter(problem -> problem.kind() == kind)
        .map(Problem::message)
        .toList();
  }

  Normalisation normalisation() {
    return Normalisation.of(images() * shape.area(), sums, squares);
  }

  /**
   * SHA-256 of shape, count and the sum of the images' hashes modulo 2^256, in hexadecimal: the
   * same for the same images in any order.
   */
  String fingerprint() {
    MessageDigest digest = ContentKey.sha256();
    for (int side : new int[] {shape.channels(), shape.height(), shape.width()}) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(side).array());
    }
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(images()).array());
    digest.update(hashes.mod(BigInteger.ONE.shiftLeft(HASH_BITS)).toByteArray());
    return HexFormat.of().formatHex(digest.digest());
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (long[] numbers : List.of(ofBucket, ofClass, sums, squares)) {
        out.writeInt(numbers.length);
        for (long number : numbers) {
          out.writeLong(number);
        }
      }
      out.writeLong(contentBytes);
      write(out, hashes.toByteArray());
      for (Problem.Kind kind : Problem.Kind.values()) {
        out.writeLong(count(kind));
      }
      out.writeInt(problems.size());
      for (Problem problem : problems) {
        write(out, problem.toBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static Survey ofBytes(Shape shape, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      long[] ofBucket = numbers(in);
      Survey survey = new Survey(shape, ofBucket.length);
      add(survey.ofBucket, ofBucket);
      survey.ofClass = numbers(in);
      add(survey.sums, numbers(in));
      add(survey.squares, numbers(in));
      survey.contentBytes = in.readLong();
      survey.hashes = new BigInteger(in.readNBytes(in.readInt()));
      for (Problem.Kind kind : Problem.Kind.values()) {
        survey.problemCounts.put(kind, in.readLong());
      }
      for (int left = in.readInt(); left > 0; left--) {
        survey.problems.add(Problem.ofBytes(in.readNBytes(in.readInt())));
      }
      return survey;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long[] numbers(DataInputStream in) throws IOException {
    long[] numbers = new long[in.readInt()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readLong();
    }
    return numbers;
  }
}
