package io.github.ssestarter.sample;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.util.StringUtils;

import io.github.ssestarter.sample.testsupport.Browser;
import io.github.ssestarter.sample.testsupport.NodeStream;
import io.github.ssestarter.sample.testsupport.RedisServer;
import io.github.ssestarter.sample.testsupport.RunningSample;

import static org.awaitility.Awaitility.await;

/**
 * Pictures of the pages for the documentation: no test, and run by
 * {@code screenshots.sh}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class Screenshots {

	private static final Path FOLDER = Path.of("..", "docs", "images");

	private static final int COLOURS = 256;

	private static Browser browser;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.start();
		browser.size(1200, 750);
	}

	@AfterAll
	static void quitBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void take(String page, @TempDir Path folder) throws IOException {
		if (page.equals("nodes")) {
			takeTwoNodes(folder);
			return;
		}
		browser.open("http://localhost:" + this.port + "/" + page + ".html");
		use(page);
		save(page);
	}

	private static void takeTwoNodes(Path folder) throws IOException {
		try (RedisServer redis = RedisServer.start(folder);
				RunningSample left = RunningSample.startNode(redis);
				RunningSample right = RunningSample.startNode(redis)) {
			browser.open("http://localhost:" + left.port() + "/nodes.html");
			browser.awaitLog("Connected to .*");
			for (int i = 0; i < 3; i++) {
				browser.awaitNewLog(".* has published .*", () -> browser.press("publish"));
				NodeStream.publish(right.port());
				NodeStream.publish(right.port());
			}
			await().until(() -> browser.script("return document.querySelectorAll('#events tr').length").equals(9L));
			save("nodes");
		}
	}

	private static void save(String page) throws IOException {
		Files.createDirectories(FOLDER);
		browser.script("scrollTo(0, 0)");
		write(browser.screenshot(), FOLDER.resolve(page + ".png"));
	}

	static Stream<String> pages() throws IOException {
		String named = System.getProperty("screenshots");
		return (StringUtils.hasText(named)) ? Stream.of(named.split("\\s+"))
				: PagesTests.pages().map((page) -> page.replace(".html", ""));
	}

	private static void use(String page) {
		switch (page) {
			case "stream" -> {
				browser.type("interval", "200");
				browser.press("start");
				browser.awaitLog("tick \\(id 12\\).*");
			}
			case "broadcast" -> {
				browser.press("connect");
				browser.awaitText("pill", "connected");
				press("send-message", "send-progress", "ping");
				browser.awaitLog("Sent ping.*");
				browser.awaitNewLog("tick.*", () -> {
				});
			}
			case "scopes" -> {
				press("local-connect", "global-connect");
				browser.awaitLog("The local stream has ended.*");
			}
			case "reply" -> {
				browser.press("connect");
				browser.awaitText("pill", "connected");
				browser.press("ask");
				browser.awaitLog("answer.*");
			}
			case "tokens" -> {
				browser.press("ask");
				await().until(() -> browser.text("answer").length() > 250);
				browser.press("cut");
				await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
				browser.press("come-back");
				await().until(() -> browser.text("answer").length() > 650);
			}
			case "notifications" -> {
				browser.awaitText("log-in", "Log in");
				browser.type("name", "bob");
				browser.type("password", "builder");
				browser.press("log-in");
				browser.awaitText("pill", "connected");
				press("to-alice", "to-everyone");
				browser.awaitLog("Sent to Everyone.*");
				browser.press("log-out");
				browser.awaitText("log-in", "Log in");
				browser.type("name", "alice");
				browser.type("password", "wonderland");
				browser.press("log-in");
				browser.awaitText("badge", "2 new");
				browser.type("text", "Coming");
				browser.press("to-bob");
				browser.awaitLog("Sent to Bob.*");
			}
			case "operations" -> {
				browser.press("connect");
				String operations = browser.tab();
				browser.openTab(browser.script("return origin") + "/market.html");
				connect();
				browser.use(operations);
				await().pollDelay(Duration.ofSeconds(20)).atMost(Duration.ofMinutes(1)).until(() -> true);
				browser.closeOtherTabs();
			}
			default -> {
				connect();
				await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
			}
		}
	}

	private static void connect() {
		browser.script("document.querySelectorAll('button.main').forEach((button) => button.click())");
	}

	private static void press(String... buttons) {
		List.of(buttons).forEach(browser::press);
	}

	/**
	 * Writes it with its 256 most frequent colours, which is a third of the size. The
	 * others, at the edges of letters, become those that are next to them.
	 */
	private static void write(byte[] png, Path file) throws IOException {
		BufferedImage taken = ImageIO.read(new ByteArrayInputStream(png));
		int width = taken.getWidth();
		int[] pixels = taken.getRGB(0, 0, width, taken.getHeight(), null, 0, width);
		int[] palette = IntStream.of(pixels)
			.boxed()
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
			.entrySet()
			.stream()
			.sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
			.limit(COLOURS)
			.mapToInt(Map.Entry::getKey)
			.toArray();
		BufferedImage image = new BufferedImage(width, taken.getHeight(), BufferedImage.TYPE_BYTE_INDEXED,
				new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE));
		image.setRGB(0, 0, width, taken.getHeight(), pixels, 0, width);
		ImageIO.write(image, "png", file.toFile());
	}

}
