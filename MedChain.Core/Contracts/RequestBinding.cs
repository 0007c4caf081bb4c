using MedChain.Core.Contracts.Bytecode.Compilation;

namespace MedChain.Core.Contracts;

/// <summary>A request together with a store: the entities that it names are looked up once.</summary>
internal sealed class RequestBinding(AuthorizationRequest request, EntityStore entities)
{
    private readonly StoredEntity? _principal = entities.Find(request.Principal);
    private readonly StoredEntity? _action = entities.Find(request.Action);
    private readonly StoredEntity? _resource = entities.Find(request.Resource);
    private CompiledEnvironment? _environment;
    private CompiledPolicies? _policies;

    public EntityStore Entities => entities;

    public StoredEntity? Principal => _principal;

    public StoredEntity? Resource => _resource;

    /// <summary>An entity in the store.</summary>
    public StoredEntity? Find(EntityValue entity) =>
        ReferenceEquals(entity, request.ResourceValue) ? _resource
        : ReferenceEquals(entity, request.PrincipalValue) ? _principal
        : ReferenceEquals(entity, request.ActionValue) ? _action
        : entities.Find(entity.Uid);

    /// <summary>What some policies have for this kind of request; looked up once for the same policies in a row.</summary>
    public CompiledEnvironment? EnvironmentOf(CompiledPolicies policies)
    {
        if (_policies != policies)
        {
            _environment = policies.Find(request);
            _policies = policies;
        }

        return _environment;
    }
}
