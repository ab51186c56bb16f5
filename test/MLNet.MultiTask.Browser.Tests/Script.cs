namespace MLNet.MultiTask.Browser.Tests;

/// <summary>What a page is asked.</summary>
internal static class Script
{
    /// <summary>Marks and texts that leave their chart, and texts that leave their tile, cell or list.</summary>
    public const string Outside = """
        () => {
          const found = [];
          const check = (inner, outer, what) => {
            const a = inner.getBoundingClientRect(), b = outer.getBoundingClientRect();
            if (a.width > 0 && (a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1))
              found.push(what + ' ' + (inner.textContent || inner.outerHTML).slice(0, 60));
          };
          for (const svg of document.querySelectorAll('svg'))
            for (const mark of svg.querySelectorAll('text, circle, rect, path, line'))
              check(mark, svg, 'chart');
          for (const tile of document.querySelectorAll('.tile'))
            for (const part of tile.children)
              check(part, tile, 'tile');
          for (const item of document.querySelectorAll('.groups li'))
            for (const part of item.children)
              check(part, item, 'group');
          return found;
        }
        """;

    /// <summary>Pairs of texts in one chart that cover each other.</summary>
    public const string Overlaps = """
        () => {
          const found = [];
          for (const svg of document.querySelectorAll('svg.chart')) {
            const texts = [...svg.querySelectorAll('text')];
            for (let i = 0; i < texts.length; i++)
              for (let j = i + 1; j < texts.length; j++) {
                const a = texts[i].getBoundingClientRect(), b = texts[j].getBoundingClientRect();
                if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                  found.push(texts[i].textContent + ' | ' + texts[j].textContent);
              }
          }
          return found;
        }
        """;

    /// <summary>The contrast (WCAG 2.2) of every text with what is behind it.</summary>
    public const string Contrasts = """
        () => {
          const rgb = c => c.match(/[\d.]+/g).map(Number);
          const linear = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
          const behind = e => {
            for (; e; e = e.parentElement) {
              const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c;
            }
            return [255, 255, 255];
          };
          const results = [];
          const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || e.tagName.toLowerCase() === 'title') continue;
            const style = getComputedStyle(e), ink = rgb(e instanceof SVGElement ? style.fill : style.color);
            const a = light(ink), b = light(behind(e));
            results.push({ text: walker.currentNode.data.trim().slice(0, 40),
              contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
          }
          return results;
        }
        """;
}
