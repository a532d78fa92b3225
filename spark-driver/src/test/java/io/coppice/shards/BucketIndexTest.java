package io.coppice.shards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BucketIndexTest {

  @Property(tries = 300)
  void range_anyBucketsAndRange_findsItsImages(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 4) Integer> counts,
      @ForAll @IntRange(max = 48) int one,
      @ForAll @IntRange(max = 48) int other) {
    List<Integer> bucketOfImage = new ArrayList<>();
    long[] ofBucket = new long[counts.size()];
    for (int bucket = 0; bucket < ofBucket.length; bucket++) {
      ofBucket[bucket] = counts.get(bucket);
      for (int i = 0; i < counts.get(bucket); i++) {
        bucketOfImage.add(bucket);
      }
    }
    BucketIndex index = new BucketIndex(ImageRole.TRAIN, ofBucket);
    assertThat(index.images()).isEqualTo(bucketOfImage.size());
    int from = Math.min(Math.min(one, other), bucketOfImage.size());
    int to = Math.min(Math.max(one, other), bucketOfImage.size());
    ImageRange range = index.range(from, to);
    assertThat(range.count()).isEqualTo(to - from);
    if (from < to) {
      assertThat(range.firstBucket()).isEqualTo(bucketOfImage.get(from));
      assertThat(range.lastBucket()).isEqualTo(bucketOfImage.get(to - 1));
      assertThat(range.skip()).isEqualTo(from - bucketOfImage.indexOf(range.firstBucket()));
    } else {
      assertThat(range.lastBucket()).isLessThan(range.firstBucket());
    }
  }
}
