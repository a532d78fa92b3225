package io.coppice.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser without a screen. */
final class Browser {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final long LIMIT_SECONDS = 120;

  private Browser() {}

  /**
   * What a page came to.
   *
   * @param dom the document after its scripts ran
   * @param console lines that it wrote to the console, errors among them
   * @param requests paths that the browser asked for
   */
  record Visit(String dom, List<String> console, List<String> requests) {}

  /** Loads a page over HTTP, which shows all that it asks for; skips the test without a browser. */
  static Visit visit(String html, String fragment, Path directory)
      throws IOException, InterruptedException {
    try (Server server = new Server(html)) {
      Path dom = directory.resolve("dom.html");
      Path log = directory.resolve("log.txt");
      Process process = start(server, fragment, directory, dom, log, "--dump-dom");
      try {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      List<String> console;
      try (Stream<String> lines = Files.readString(log, StandardCharsets.ISO_8859_1).lines()) {
        console = lines.filter(line -> line.contains("CONSOLE")).toList();
      }
      return new Visit(Files.readString(dom), console, List.copyOf(server.requests));
    }
  }

  /** Leaves a page open until it was asked for so many times. */
  static void stay(String html, int requests, Path directory)
      throws IOException, InterruptedException {
    try (Server server = new Server(html)) {
      Process process =
          start(
              server,
              "",
              directory,
              directory.resolve("out.txt"),
              directory.resolve("log.txt"),
              "--remote-debugging-port=0");
      try {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (server.requests.size() < requests) {
          assertThat(process.isAlive()).isTrue();
          assertThat(System.nanoTime()).as("requests: %s", server.requests).isLessThan(end);
          TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(server.requests).containsOnly("/report.html");
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
      }
    }
  }

  private static Process start(
      Server server, String fragment, Path directory, Path out, Path log, String mode)
      throws IOException {
    Path browser =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(place -> NAMES.stream().map(Path.of(place)::resolve))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    assumeThat(browser).as("Chromium, to look at the page; install it as chromium").isNotNull();
    return new ProcessBuilder(
            String.valueOf(browser),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--enable-logging=stderr",
            "--user-data-dir=" + Files.createTempDirectory(directory, "profile"),
            mode,
            "http://127.0.0.1:" + server.port() + "/report.html" + fragment)
        .redirectOutput(out.toFile())
        .redirectError(log.toFile())
        .start();
  }

  /** Gives one page, whatever is asked for, and remembers what that was. */
  private static final class Server implements AutoCloseable {

    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;

    Server(String html) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            requests.add(exchange.getRequestURI().toString());
            byte[] body = html.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
