using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.Json;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>
/// The learners of a sweep in words for workers: the options that decide them, and the columns that the features come
/// from. No paths and no addresses.
/// </summary>
internal static class LearnerText
{
    public static string Of(ParseResult parsed, NetworkOptions network, SweepChoices choices, ulong seed,
        FeatureEncoder encoder)
    {
        string[] arguments = [.. network.Options.Concat(choices.LearnerOptions)
            .Select(option => parsed.GetResult(option)).Where(result => result is { Implicit: false })
            .SelectMany(result => result!.Tokens.Select(t => t.Value).Prepend(result.Option.Name))];
        return new JsonObject
        {
            ["arguments"] = new JsonArray([.. arguments.Select(a => (JsonNode)a)]),
            ["seed"] = seed,
            ["encoder"] = JsonSerializer.SerializeToNode(EncoderContent.Of(encoder), ModelJson.Default.EncoderContent),
        }.ToJsonString();
    }

    /// <summary>The learners again.</summary>
    /// <exception cref="WorkerRefusedException">The text is not this command's.</exception>
    public static IReadOnlyList<SweepLearner> Parse(string text)
    {
        try
        {
            JsonNode root = JsonNode.Parse(text)!;
            var network = new NetworkOptions();
            var choices = new SweepChoices();
            var command = new Command("learners");
            network.AddTo(command);
            choices.AddTo(command);
            ParseResult parsed = command.Parse([.. root["arguments"]!.AsArray().Select(a => (string)a!)]);
            if (parsed.Errors.Count > 0)
                throw new FormatException(parsed.Errors[0].Message);
            return choices.Learners(parsed, network.Read(parsed, null, (ulong)root["seed"]!, 1),
                root["encoder"].Deserialize(ModelJson.Default.EncoderContent)!.ToEncoder());
        }
        catch (Exception e) when (e is JsonException or FormatException or InputException or ArgumentException
            or InvalidOperationException or NullReferenceException)
        {
            throw new WorkerRefusedException("What the sweep says of its learners is not of this command: "
                + e.Message, e);
        }
    }
}
