using System.Runtime.InteropServices;
using MLNet.MultiTask.Tool;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
if (StandardOutput.IsClosed())
{
    Console.Error.WriteLine("The standard output is closed; send it to a file or to /dev/null.");
    return ExitCode.BadInput;
}
return await ToolApplication.RunAsync(args, Console.Out, Console.Error, stop.Token);

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
