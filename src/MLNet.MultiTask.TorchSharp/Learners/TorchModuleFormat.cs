using MLNet.MultiTask.Persistence;
namespace MLNet.MultiTask.Torch;
internal static class TorchModuleFormat { public static void Register() { } }
