package io.github.ssestarter.starter;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All documentation is found from its index, and what it links to is there.
 */
class DocumentationLinksTests {

	private static final Path ROOT = Path.of("..");

	private static final Path INDEX = ROOT.resolve("docs/index.md");

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

	private static final Pattern CODE = Pattern.compile("(?m)^ *```(?s:.*?)^ *```|`[^`\n]*`");

	@Test
	void allPagesAreFoundFromTheIndex() throws IOException {
		assertThat(links(INDEX)).contains(pages("docs").stream()
			.filter((page) -> !page.equals(INDEX))
			.map((page) -> page.getFileName().toString())
			.toArray(String[]::new));
		assertThat(links(ROOT.resolve("README.md"))).contains("docs/index.md");
	}

	@Test
	void whatIsLinkedToIsThere() throws IOException {
		List<Path> pages = new ArrayList<>(pages("docs"));
		pages.addAll(pages("."));
		List<String> broken = new ArrayList<>();
		for (Path page : pages) {
			for (String link : links(page)) {
				if (!link.contains("://") && !isThere(page, link)) {
					broken.add(page.getFileName() + ": " + link);
				}
			}
		}
		assertThat(pages).hasSizeGreaterThan(10);
		assertThat(broken).isEmpty();
	}

	private static boolean isThere(Path page, String link) throws IOException {
		String[] parts = link.split("#", 2);
		Path target = (parts[0].isEmpty()) ? page : page.resolveSibling(parts[0]);
		return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
	}

	/**
	 * The anchors of a page, as GitHub makes them.
	 */
	private static Set<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Files.readString(page))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	private static List<String> links(Path page) throws IOException {
		return LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll("code"))
			.results()
			.map((link) -> link.group(1))
			.toList();
	}

	private static List<Path> pages(String folder) throws IOException {
		List<Path> pages = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(ROOT.resolve(folder), "*.md")) {
			files.forEach(pages::add);
		}
		return pages;
	}

}
