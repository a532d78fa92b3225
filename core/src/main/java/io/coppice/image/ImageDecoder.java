package io.coppice.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.util.List;

/**
 * Decodes JPEG (baseline and progressive, grey, colour, CMYK), PNG, BMP and GIF (the first image)
 * to 8-bit pixels. A file that ends early is refused, and so is one whose data is damaged, as far
 * as its format lets that be seen; bytes behind an image do not matter. Pictures are turned as EXIF
 * says, what is transparent lies on black, samples of more bits are rounded, and colour profiles
 * are passed over. Needs no display and writes no files. Not thread-safe.
 */
public final class ImageDecoder implements AutoCloseable {

  /** Images of more pixels are refused before memory is taken for them. */
  public static final int MOST_PIXELS = 100_000_000;

  /**
   * What libjpeg says of damage that costs no pixel; whatever else it warns of is taken for damage
   * that does.
   */
  private static final List<String> HARMLESS =
      List.of("extraneous bytes before marker", "Invalid SOS parameters for sequential JPEG");

  private final RuntimeReader jpeg = new RuntimeReader(ImageFormat.JPEG);
  private final RuntimeReader png = new RuntimeReader(ImageFormat.PNG);
  private final RuntimeReader bmp = new RuntimeReader(ImageFormat.BMP);
  private final RuntimeReader gif = new RuntimeReader(ImageFormat.GIF);

  /**
   * Decodes a file, whose kind its first bytes tell.
   *
   * @return in 1 channel or 3, as the file has it
   * @throws InvalidImageException if these bytes are no such image, or not all of one
   */
  public DecodedImage decode(byte[] file) throws InvalidImageException {
    return switch (ImageFormat.of(file)) {
      case JPEG -> jpeg(JpegFile.parse(file));
      case PNG -> {
        PngFile parsed = PngFile.parse(file);
        DecodedImage image = Samples.of(png.image(parsed.image()));
        yield ExifOrientation.upright(image, parsed.orientation());
      }
      case BMP -> {
        BmpFile.check(file);
        yield Samples.of(bmp.image(file));
      }
      case GIF -> {
        GifFile parsed = GifFile.parse(file);
        yield onCanvas(Samples.of(gif.image(file)), parsed);
      }
    };
  }

  private DecodedImage jpeg(JpegFile file) throws InvalidImageException {
    Raster raster = jpeg.components(file.image());
    for (String warning : jpeg.warnings()) {
      if (HARMLESS.stream().noneMatch(warning::contains)) {
        throw new InvalidImageException("the JPEG is damaged: " + warning);
      }
    }
    byte[] components = ((DataBufferByte) raster.getDataBuffer()).getData();
    DecodedImage image =
        JpegColours.convert(file.colours(), components, raster.getHeight(), raster.getWidth());
    return ExifOrientation.upright(image, file.orientation());
  }

  private static DecodedImage onCanvas(DecodedImage image, GifFile file) {
    if (image.height() == file.height() && image.width() == file.width()) {
      return image;
    }
    byte[] pixels = new byte[image.channels() * file.height() * file.width()];
    for (int channel = 0; channel < image.channels(); channel++) {
      for (int y = 0; y < image.height(); y++) {
        System.arraycopy(
            image.pixels(),
            (channel * image.height() + y) * image.width(),
            pixels,
            (channel * file.height() + file.top() + y) * file.width() + file.left(),
            image.width());
      }
    }
    return new DecodedImage(image.channels(), file.height(), file.width(), pixels);
  }

  @Override
  public void close() {
    jpeg.close();
    png.close();
    bmp.close();
    gif.close();
  }
}
