// A worker and a sweep as ordinary hosts that say by OpenTelemetry what they do.
//   dotnet run --project samples/06.DistributedSweep -- worker postgres://user@host/database
//   dotnet run --project samples/06.DistributedSweep -- sweep postgres://user@host/database [TRIALS]
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLNet.MultiTask.Samples.DistributedSweep;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

if (args is not [("worker" or "sweep") and var role, var storage, ..])
{
    Console.Error.WriteLine("usage: worker STORAGE | sweep STORAGE [TRIALS]");
    return 2;
}
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);

// <snippet>
builder.Services.AddOpenTelemetry()
    .ConfigureResource(r => r.AddService($"mlnet-multitask-{role}"))
    .WithMetrics(m => m.AddMeter("MLNet.MultiTask").AddConsoleExporter())
    .WithTracing(t => t.AddSource("MLNet.MultiTask").AddConsoleExporter());
// </snippet>

builder.Services.AddSingleton(new Job(storage, args.Length > 2 ? int.Parse(args[2]) : 4));
if (role == "worker")
    builder.Services.AddHostedService<WorkerService>();
else
    builder.Services.AddHostedService<SweepService>();
await builder.Build().RunAsync();
return Environment.ExitCode;
