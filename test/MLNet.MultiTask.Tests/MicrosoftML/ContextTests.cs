using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Tests.MicrosoftML;

[TestClass]
public sealed class ContextTests
{
    [TestMethod]
    public void Log_ChannelOfARegisteredHost_CarriesSourceAndKind()
    {
        MLContext context = new();
        List<LoggingEventArgs> log = [];
        context.Log += (_, e) => log.Add(e);

        using (IChannel channel = ((IHostEnvironment)context).Register("MultiTask").Start("Training"))
            channel.Info(MessageSensitivity.None, "epoch {0}", 3);

        LoggingEventArgs info = log.Single(e => e.Kind == ChannelMessageKind.Info);
        Assert.AreEqual("epoch 3", info.RawMessage);
        Assert.AreEqual("MultiTask; Training", info.Source);
        Assert.AreEqual("[Source=MultiTask; Training, Kind=Info] epoch 3", info.Message);
        Assert.IsTrue(log.Any(e => e.Kind == ChannelMessageKind.Trace && e.RawMessage == "Channel started"));
    }

    [TestMethod]
    public void Register_SameSeed_DrawsTheSameNumbers()
    {
        int first = ((IHostEnvironment)new MLContext(7)).Register("A").Rand.Next();
        int again = ((IHostEnvironment)new MLContext(7)).Register("A").Rand.Next();
        MLContext context = new(7);
        _ = ((IHostEnvironment)context).Register("before");
        int later = ((IHostEnvironment)context).Register("A").Rand.Next();

        Assert.AreEqual(first, again);
        Assert.AreNotEqual(first, later, "A child's seed is drawn from its parent.");
    }

    [TestMethod]
    public void Options_SetAndRemoved_AreFoundByName()
    {
        MLContext context = new();
        context.SetOption("limit", 3);

        Assert.IsTrue(context.TryGetOption("limit", out int limit));
        Assert.AreEqual(3, limit);
        Assert.IsFalse(context.TryGetOption("limit", out string _));
        Assert.IsFalse(context.TryAddOption("limit", 4));
        Assert.AreEqual(0, context.GetOptionOrDefault<int>("other"));
        Assert.IsTrue(context.RemoveOption("limit"));
        Assert.IsFalse(context.TryGetOption("limit", out limit));
    }
}
