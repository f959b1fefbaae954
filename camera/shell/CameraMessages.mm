#import "shell/CameraMessages.h"

static Message* Say(NSString* headline, NSString* _Nullable detail, MessageRemedy remedy) {
  Message* message = [Message messageWithHeadline:headline detail:detail];
  message.remedy = remedy;
  return message;
}

Message* MessageForCamera(CameraState state, NSString* detail) {
  switch (state) {
    case CameraStateStopped:
    case CameraStateRunning:
      return nil;
    case CameraStateDenied:
      return Say(NSLocalizedString(@"The camera is not allowed", nil),
                 NSLocalizedString(@"Allow the camera for this app in Settings.", nil),
                 MessageRemedyOpenSettings);
    case CameraStateRestricted:
      return Say(NSLocalizedString(@"The camera is restricted", nil),
                 NSLocalizedString(@"Screen Time or a profile on this device forbids it.", nil),
                 MessageRemedyPickPicture);
    case CameraStateNoCamera:
      return Say(NSLocalizedString(@"There is no camera", nil),
                 NSLocalizedString(@"Products can be recognised in pictures, too.", nil),
                 MessageRemedyPickPicture);
    case CameraStateInterrupted:
      return Say(NSLocalizedString(@"The camera is paused", nil), detail, MessageRemedyTryAgain);
    case CameraStateFailed:
      return Say(NSLocalizedString(@"The camera is not available", nil), detail,
                 MessageRemedyTryAgain);
  }
}

NSString* InterruptionText(NSInteger reason) {
  switch (reason) {
    case AVCaptureSessionInterruptionReasonVideoDeviceInUseByAnotherClient:
      return NSLocalizedString(@"Another app is using it.", nil);
    case AVCaptureSessionInterruptionReasonVideoDeviceNotAvailableWithMultipleForegroundApps:
      return NSLocalizedString(@"It needs the whole screen.", nil);
    case AVCaptureSessionInterruptionReasonVideoDeviceNotAvailableDueToSystemPressure:
      return NSLocalizedString(@"The device is too hot or too busy.", nil);
    default:
      return NSLocalizedString(@"It continues as soon as the system allows.", nil);
  }
}
