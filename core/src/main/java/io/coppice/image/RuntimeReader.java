package io.coppice.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * The Java runtime's own reader of one kind of files, whatever other readers are on the class path.
 * It is kept from file to file, because a JPEG of 32x32 takes less than a new reader does. Not
 * thread-safe.
 */
final class RuntimeReader implements AutoCloseable {

  /** A way to read the first image. */
  private interface Read<T> {
    T from(ImageReader reader) throws IOException;
  }

  private final ImageFormat format;
  private final List<String> warnings = new ArrayList<>();
  private @Nullable ImageReader reader;

  RuntimeReader(ImageFormat format) {
    this.format = format;
  }

  /** The first image of a file. */
  BufferedImage image(byte[] file) throws InvalidImageException {
    return read(file, reader -> reader.read(0));
  }

  /** The components of the first image of a file, without any conversion of colours. */
  Raster components(byte[] file) throws InvalidImageException {
    return read(file, reader -> reader.readRaster(0, null));
  }

  /** What the reader warned of in the last file. */
  List<String> warnings() {
    return warnings;
  }

  private <T> T read(byte[] file, Read<T> read) throws InvalidImageException {
    warnings.clear();
    ImageReader current = reader == null ? open() : reader;
    // Given back once it has read: after a failure nobody knows what it remembers.
    reader = null;
    boolean whole = false;
    try {
      current.setInput(new ByteArrayImageStream(file), true, true);
      T result = read.from(current);
      current.setInput(null);
      whole = true;
      return result;
    } catch (IOException | RuntimeException e) {
      // Damaged files make the readers throw whatever comes to pass: wrong indices, negative sizes.
      throw new InvalidImageException("the " + format + " is damaged: " + reason(e), e);
    } finally {
      if (whole) {
        reader = current;
      } else {
        current.dispose();
      }
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e.getMessage() == null && e.getCause() != null ? e.getCause() : e;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private ImageReader open() {
    String name = format.name().toLowerCase(Locale.ROOT);
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getModule() == ImageIO.class.getModule()
          && List.of(provider.getFormatNames()).contains(name)) {
        try {
          ImageReader opened = provider.createReaderInstance();
          opened.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
          return opened;
        } catch (IOException e) {
          throw new IllegalStateException("the Java runtime's reader of " + format + " fails", e);
        }
      }
    }
    throw new IllegalStateException("this Java runtime has no reader of " + format);
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.dispose();
      reader = null;
    }
  }
}
