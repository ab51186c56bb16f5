using System.Net;
using Hangfire;
using Hangfire.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MLNet.MultiTask.Tests;

[TestClass]
public sealed class DashboardTests
{
    [TestMethod]
    public async Task Dashboard_BehindTheHost_ShowsTrialsByNameToThoseItLetsIn()
    {
        string url = Server.NewDatabase();
        using (var worker = new WorkerThread(url, slots: 1))
        using (HangfireExecutor executor = TestSweep.Executor(url))
            GroupingSweep.Run(TestSweep.Table, TestSweep.Options(1, 1) with { Executor = executor });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHangfire(c => c.UseStorage(TrialDashboard.Storage(url)));
        await using WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Headers.ContainsKey("X-Operator"))
                return next(context);
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        app.UseHangfireDashboard("/trials", new DashboardOptions { Authorization = [] });
        await app.StartAsync();
        using var client = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features
                .Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync("/trials/jobs/succeeded")).StatusCode);
        client.DefaultRequestHeaders.Add("X-Operator", "yes");
        string page = WebUtility.HtmlDecode(await client.GetStringAsync("/trials/jobs/succeeded"));
        StringAssert.Contains(page, "network: task0 (fold 0)");
        Assert.DoesNotContain("s3cret", page);
    }

    // The host's log ends with it, but Hangfire keeps it for the process.
    [TestCleanup]
    public void ForgetTheLog() => LogProvider.SetCurrentLogProvider(null);
}
