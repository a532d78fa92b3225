package io.coppice.shards;

import io.coppice.image.ImageDecoder;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Decoders of image files, as many as threads decoded at once, so that nobody waits for one. */
final class DecoderPool implements AutoCloseable {

  private final Deque<ImageDecoder> idle = new ConcurrentLinkedDeque<>();

  /** Lends a decoder, which nobody else has until it is given back. */
  ImageDecoder take() {
    ImageDecoder decoder = idle.poll();
    return decoder == null ? new ImageDecoder() : decoder;
  }

  void giveBack(ImageDecoder decoder) {
    idle.push(decoder);
  }

  /** Closes all decoders that are not lent. */
  @Override
  public void close() {
    for (ImageDecoder decoder = idle.poll(); decoder != null; decoder = idle.poll()) {
      decoder.close();
    }
  }
}
