namespace MLNet.MultiTask.Samples.ServeModel;

/// <summary>The web application: two endpoints.</summary>
public static class DigitService
{
    public static WebApplication Build(string modelFile, string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Services.AddSingleton(services =>
            new ModelWatcher(modelFile, services.GetRequiredService<ILogger<ModelWatcher>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelWatcher>());
        WebApplication app = builder.Build();

        app.MapGet("/model", (ModelWatcher watcher) => watcher.Status);
        app.MapPost("/predict", (DigitQuestion question, ModelWatcher watcher) => Complaint(question) is { } complaint
            ? Results.BadRequest(complaint) : Results.Ok(watcher.Model.Answer(question)));
        return app;
    }

    private static string? Complaint(DigitQuestion question)
    {
        if (question.Pixels is not { Length: 64 })
            return $"pixels must be 64 numbers, {question.Pixels?.Length ?? 0} are given";
        int wrong = Array.FindIndex(question.Pixels, p => !(p is >= 0 and <= 16));
        return wrong < 0 ? null : $"pixel {wrong} is {question.Pixels[wrong]}; pixels are from 0 to 16";
    }
}
