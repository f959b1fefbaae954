#import "shell/PicturePicker.h"

#import <PhotosUI/PhotosUI.h>
#import <UniformTypeIdentifiers/UniformTypeIdentifiers.h>

typedef void (^PicturesBlock)(NSArray<Picture*>* pictures);

@interface PicturePicker () <PHPickerViewControllerDelegate>
@end

@implementation PicturePicker {
  PicturesBlock _completion;
  __weak UIViewController* _presenter;
}

- (void)pickAtMost:(NSUInteger)limit
             above:(UIViewController*)presenter
        completion:(PicturesBlock)completion {
  _completion = [completion copy];
  _presenter = presenter;
  PHPickerConfiguration* configuration = [[PHPickerConfiguration alloc] init];
  configuration.filter = [PHPickerFilter imagesFilter];
  configuration.selectionLimit = static_cast<NSInteger>(limit);
  configuration.selection = PHPickerConfigurationSelectionOrdered;
  // As it lies in the library: what ImageIO reads needs no conversion.
  configuration.preferredAssetRepresentationMode =
      PHPickerConfigurationAssetRepresentationModeCurrent;
  PHPickerViewController* picker =
      [[PHPickerViewController alloc] initWithConfiguration:configuration];
  picker.delegate = self;
  [presenter presentViewController:picker animated:YES completion:nil];
}

- (void)picker:(PHPickerViewController*)picker didFinishPicking:(NSArray<PHPickerResult*>*)results {
  PicturesBlock completion = _completion;
  _completion = nil;
  // What follows may show something, for which the picker has to be gone.
  [picker dismissViewControllerAnimated:YES
                             completion:^{
                               if (results.count > 0 && completion) {
                                 [self read:results completion:completion];
                               }
                             }];
}

// The files come in any order, from any queue, and from iCloud late.
- (void)read:(NSArray<PHPickerResult*>*)results completion:(PicturesBlock)completion {
  if (self.reading) self.reading(YES);
  NSMutableDictionary<NSNumber*, Picture*>* read = [NSMutableDictionary dictionary];
  dispatch_group_t group = dispatch_group_create();
  for (NSUInteger i = 0; i < results.count; ++i) {
    dispatch_group_enter(group);
    [results[i].itemProvider
        loadFileRepresentationForTypeIdentifier:UTTypeImage.identifier
                              completionHandler:^(NSURL* url, NSError* error) {
                                // The file is gone when this block ends.
                                Picture* picture =
                                    url ? [Picture pictureWithContentsOfURL:url] : nil;
                                dispatch_async(dispatch_get_main_queue(), ^{
                                  read[@(i)] = picture;
                                  dispatch_group_leave(group);
                                });
                              }];
  }
  dispatch_group_notify(group, dispatch_get_main_queue(), ^{
    NSMutableArray<Picture*>* pictures = [NSMutableArray array];
    for (NSUInteger i = 0; i < results.count; ++i) {
      Picture* picture = read[@(i)];
      if (picture) [pictures addObject:picture];
    }
    if (self.reading) self.reading(NO);
    if (pictures.count > 0) completion(pictures);
    if (pictures.count < results.count) [self sayUnreadable:results.count - pictures.count];
  });
}

- (void)sayUnreadable:(NSUInteger)count {
  NSString* text =
      [NSString localizedStringWithFormat:NSLocalizedString(@"%lu pictures cannot be read", nil),
                                          static_cast<unsigned long>(count)];
  UIAlertController* alert =
      [UIAlertController alertControllerWithTitle:text
                                          message:nil
                                   preferredStyle:UIAlertControllerStyleAlert];
  [alert addAction:[UIAlertAction actionWithTitle:NSLocalizedString(@"OK", nil)
                                            style:UIAlertActionStyleDefault
                                          handler:nil]];
  // The presenter may be on its way out of sight.
  UIViewController* presenter = _presenter.navigationController ?: _presenter;
  [presenter presentViewController:alert animated:YES completion:nil];
}

@end
