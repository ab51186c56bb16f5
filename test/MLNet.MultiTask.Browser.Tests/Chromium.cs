using Microsoft.Playwright;

namespace MLNet.MultiTask.Browser.Tests;

/// <summary>A headless Chromium of the machine; tests that need one are inconclusive where there is none.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        string? path = Find();
        if (path is null)
            Assert.Inconclusive(
                "No Chromium is installed, so the page is not looked at: install the package chromium, or " +
                "name a browser in the variable CHROMIUM");
        IPlaywright playwright = await Playwright.CreateAsync();
        // Machines that build often run as root, where Chromium refuses its own sandbox; the page is ours.
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        }));
    }

    /// <summary>A page of some width with a document in it.</summary>
    public async Task<IPage> OpenAsync(string html, int width, ColorScheme scheme, bool scripts = true)
    {
        IBrowserContext context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, JavaScriptEnabled = scripts,
        });
        IPage page = await context.NewPageAsync();
        await page.SetContentAsync(html);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private static string? Find() => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named
        : new[] { "chromium", "chromium-browser", "google-chrome" }.SelectMany(name =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(p => Path.Combine(p, name)))
            .FirstOrDefault(File.Exists);
}
