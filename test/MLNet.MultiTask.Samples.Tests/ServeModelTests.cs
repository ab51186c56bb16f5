using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MLNet.MultiTask.Samples.ServeModel;

namespace MLNet.MultiTask.Samples.Tests;

/// <summary>The service over loopback, with real HTTP clients.</summary>
[TestClass]
public sealed class ServeModelTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static string s_folder = "", s_first = "", s_second = "";

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("serve").FullName;
        (s_first, s_second) = (Path.Combine(s_folder, "first.mtsk"), Path.Combine(s_folder, "second.mtsk"));
        DigitModel.Train(s_first, rows: 300, epochs: 4);
        DigitModel.Train(s_second, rows: 300, epochs: 5, seed: 2);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public async Task Predict_ManyCallersWhileTheFileIsReplaced_EveryAnswerIsOneModels()
    {
        await using Service service = await Service.Start(s_first);
        Reply[] expected = [Direct(s_first, 1), Direct(s_second, 2)];
        Assert.AreNotEqual(expected[0].Even, expected[1].Even);
        var replies = new ConcurrentBag<Reply>();
        using var over = new CancellationTokenSource();

        Task[] callers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                replies.Add((await service.Predict(Pixels()))!);
        }))];
        service.Replace(s_second);
        await service.Until(status => status.Version == 2);
        int before = replies.Count;
        for (DateTime end = DateTime.UtcNow + s_patience; replies.Count < before + 100; await Task.Delay(5))
            Assert.IsLessThan(end, DateTime.UtcNow, "100 replies after the change");
        over.Cancel();
        await Task.WhenAll(callers);

        foreach (Reply reply in replies)
            Assert.AreEqual(expected[reply.ModelVersion - 1], reply);
        Assert.IsTrue(replies.Any(r => r.ModelVersion == 2));
    }

    [TestMethod]
    public async Task Model_ReplacedByADamagedFile_KeepsTheOldOneAndSaysSo()
    {
        await using Service service = await Service.Start(s_first);
        byte[] damaged = File.ReadAllBytes(s_second);
        damaged[damaged.Length / 2] ^= 1;
        string file = Path.Combine(s_folder, "damaged.mtsk");
        File.WriteAllBytes(file, damaged);

        service.Replace(file);
        ModelStatus status = await service.Until(s => s.Error is not null);

        Assert.AreEqual(1, status.Version);
        Assert.AreEqual(Direct(s_first, 1), await service.Predict(Pixels()));

        service.Replace(s_second);
        Assert.IsNull((await service.Until(s => s.Version == 2)).Error);
        Assert.AreEqual(Direct(s_second, 2), await service.Predict(Pixels()));
    }

    [TestMethod]
    public async Task Predict_BadPixels_IsRefusedWithTheReason()
    {
        await using Service service = await Service.Start(s_first);
        float[] dark = Pixels();
        dark[3] = 99;

        Assert.AreEqual("\"pixels must be 64 numbers, 2 are given\"", await service.Refusal([1, 2]));
        Assert.AreEqual("\"pixel 3 is 99; pixels are from 0 to 16\"", await service.Refusal(dark));
    }

    [TestMethod]
    public void Train_Ended_LeavesACardBesideTheModel()
    {
        StringAssert.Contains(File.ReadAllText(Path.ChangeExtension(s_first, ".card.md")), "| Even | Binary | 300 |");
        StringAssert.Contains(File.ReadAllText(Path.ChangeExtension(s_first, ".card.json")), "\"measurements\": 1");
    }

    private static Reply Direct(string file, int version) =>
        ServedModel.Load(file, version).Answer(new DigitQuestion { Pixels = Pixels() });

    private static float[] Pixels() => [.. Enumerable.Range(0, 64).Select(i => (float)(i * 7 % 17))];

    private sealed class Service : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly string _file;
        private readonly HttpClient _client = new();

        private Service(WebApplication app, string file) => (_app, _file) = (app, file);

        public static async Task<Service> Start(string model)
        {
            string file = Path.Combine(s_folder, $"{Guid.NewGuid():N}.mtsk");
            File.Copy(model, file);
            var service = new Service(DigitService.Build(file, "http://127.0.0.1:0"), file);
            await service._app.StartAsync();
            service._client.BaseAddress = new Uri(service._app.Services.GetRequiredService<IServer>().Features
                .Get<IServerAddressesFeature>()!.Addresses.Single());
            return service;
        }

        public async Task<Reply?> Predict(float[] pixels)
        {
            using HttpResponseMessage response =
                await _client.PostAsJsonAsync("/predict", new DigitQuestion { Pixels = pixels });
            return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Reply>();
        }

        public async Task<string> Refusal(float[] pixels)
        {
            using HttpResponseMessage response =
                await _client.PostAsJsonAsync("/predict", new DigitQuestion { Pixels = pixels });
            Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        // As a deployment does: the new file appears whole, by a rename.
        public void Replace(string model)
        {
            File.Copy(model, _file + ".new");
            File.SetLastWriteTimeUtc(_file + ".new", DateTime.UtcNow);
            File.Move(_file + ".new", _file, overwrite: true);
        }

        public async Task<ModelStatus> Until(Func<ModelStatus, bool> condition)
        {
            using var patience = new CancellationTokenSource(s_patience);
            while (true)
            {
                ModelStatus status = (await _client.GetFromJsonAsync<ModelStatus>("/model", patience.Token))!;
                if (condition(status))
                    return status;
                await Task.Delay(20, patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _client.Dispose();
        }
    }
}
