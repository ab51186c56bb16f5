using System.Text.Json;
using Microsoft.Playwright;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Reports;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Browser.Tests;

/// <summary>The report of a sweep as a browser shows it.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class SweepReportTests
{
    private static readonly Lazy<string> Report = new(() => Page(8, "task"));

    [TestMethod]
    [DataRow(1280, ColorScheme.Light)]
    [DataRow(1280, ColorScheme.Dark)]
    [DataRow(390, ColorScheme.Light)]
    [DataRow(390, ColorScheme.Dark)]
    public async Task Report_AnyWidthAndScheme_FitsAndCanBeRead(int width, ColorScheme scheme)
    {
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(Report.Value, width, scheme);
        await SaveAsync(page, $"report-{width}-{scheme}");
        Assert.AreEqual(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"),
            "The page is too wide");
        string[] outside = await page.EvaluateAsync<string[]>(Script.Outside);
        Assert.IsEmpty(outside, "Outside of their chart or tile:\n" + string.Join('\n', outside));
        string[] hidden = await page.EvaluateAsync<string[]>(Script.Overlaps);
        Assert.IsEmpty(hidden, "Texts over one another:\n" + string.Join('\n', hidden));
        JsonElement[] texts = [
            .. JsonDocument.Parse(await page.EvaluateAsync<string>($"JSON.stringify(({Script.Contrasts})())"))
            .RootElement.EnumerateArray()];
        Assert.IsGreaterThan(50, texts.Length);
        string[] pale = [.. texts.Where(t => t.GetProperty("contrast").GetDouble() < 4.5).Select(t => t.ToString())
            .Distinct()];
        Assert.IsEmpty(pale, "A contrast of 4.5 is expected:\n" + string.Join('\n', pale));
    }

    [TestMethod]
    public async Task Report_Schemes_DifferInTheirPaper()
    {
        await using Chromium chromium = await Chromium.StartAsync();
        const string paper = "getComputedStyle(document.body).backgroundColor";
        string light = await (
            await chromium.OpenAsync(Report.Value, 800, ColorScheme.Light)).EvaluateAsync<string>(paper);
        string dark = await (
            await chromium.OpenAsync(Report.Value, 800, ColorScheme.Dark)).EvaluateAsync<string>(paper);
        Assert.AreEqual("rgb(255, 255, 255)", light);
        Assert.AreEqual("rgb(13, 17, 23)", dark);
    }

    [TestMethod]
    public async Task Report_WithoutScriptsAndNetwork_IsWhole()
    {
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(Report.Value, 1000, ColorScheme.Light, scripts: false);
        Assert.AreEqual(6, await page.Locator("h2")
            .CountAsync() - (await page.Locator("pre").CountAsync() > 0 ? 1 : 0));
        Assert.AreEqual(3, await page.Locator("svg").CountAsync());
        Assert.IsFalse(Report.Value.Contains("src=", StringComparison.Ordinal)
            || Report.Value.Contains("href=", StringComparison.Ordinal)
            || Report.Value.Contains("<script", StringComparison.Ordinal), "The page needs something else");
    }

    [TestMethod]
    [DataRow(2, "t")]
    [DataRow(30, "a name of a task that is much longer than anybody would like, number ")]
    public async Task Report_FewTasksOrLongNames_Fits(int tasks, string name)
    {
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(Page(tasks, name), 390, ColorScheme.Light);
        await SaveAsync(page, $"report-{tasks}-tasks");
        Assert.AreEqual(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.IsEmpty(await page.EvaluateAsync<string[]>(Script.Outside));
    }

    /// <summary>The report of a short sweep, with an affinity.</summary>
    private static string Page(int tasks, string name)
    {
        const int rows = 300, features = 6;
        var stream = new RandomStream(3, "report");
        var x = new float[rows * features];
        var labels = new float[rows * tasks];
        foreach (ref float value in x.AsSpan())
            value = (float)stream.NextNormal();
        for (int i = 0; i < labels.Length; i++)
            labels[i] = x[i / tasks * features + i % tasks % 2] + x[i / tasks * features + 2 + i % tasks % 3] * 0.5f
                + (float)stream.NextNormal() * 0.3f;
        TaskInfo[] infos = [.. Enumerable.Range(0, tasks).Select(t => new TaskInfo($"{name}{t}", TaskKind.Regression))];
        var training = new TrainingOptions { Hidden = [8], MaxEpochs = 15, LearningRate = 0.02f };
        SweepResult result = GroupingSweep.Run(new TaskTable(x, features, infos, labels), new SweepOptions
        {
            Learners = [NetworkSweep.Learner(training, ["4"])],
            AffinityEstimator = Affinity.AffinityMethods.Create("label-correlation", training),
            MaxTrials = 14,
            Folds = 3,
        });
        return SweepReport.ToHtml(result, [.. infos.Select(i => i.Name)],
            "mlnet-multitask predict --model model.mtsk --data new.csv --out scores.csv");
    }

    /// <summary>Keeps what was seen, for whoever wants to look.</summary>
    private static async Task SaveAsync(IPage page, string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
